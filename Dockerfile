# Pomichnyk as a program of its own:
#
#   docker build -t pomichnyk .
#   docker run --init -it -v pomichnyk:/data pomichnyk                 opens the assistant
#   docker run --init --rm -v pomichnyk:/data pomichnyk contact list   answers and exits
#
# In a browser, for which a password is needed, since others could reach the container:
#
#   docker run --init -it --rm -v pomichnyk:/data pomichnyk web --set-password
#   docker run --init -d -v pomichnyk:/data -p 127.0.0.1:8765:8765 pomichnyk web --host 0.0.0.0
#
# Drivers are added by name: --build-arg EXTRAS=postgresql,mongodb,redis

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1

COPY scripts/environment scripts/
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
      "uv==$(sed -n 's/^uv_version=//p' scripts/environment)" \
 && uv venv /opt/pomichnyk

# Dependencies change less often than the code: a layer of their own, each checked by its hash.
ARG EXTRAS=
COPY pyproject.toml requirements.lock ./
RUN uv pip install --no-cache --python /opt/pomichnyk --require-hashes \
      --constraint requirements.lock --requirement pyproject.toml --extra=web \
      $(printf '%s' "$EXTRAS" | tr ',' '\n' | sed 's/^/--extra=/')

COPY . .
RUN uv build --no-cache --wheel --require-hashes --build-constraint requirements.lock --out-dir /wheel \
 && uv pip install --no-cache --python /opt/pomichnyk --no-deps /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin pomichnyk \
 && install -d -o pomichnyk -g pomichnyk -m 700 /data
COPY --from=build /opt/pomichnyk /opt/pomichnyk
ENV PATH=/opt/pomichnyk/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    POMICHNYK_STORAGE=sqlite:////data/pomichnyk.db
USER pomichnyk
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=5m --timeout=10s --start-period=10s \
  CMD ["pomichnyk", "storage", "info"]
ENTRYPOINT ["pomichnyk"]
