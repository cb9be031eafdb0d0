// What somebody who cannot see, point or tell colours apart would stumble over, as a list of words.
() => {
  const LEAST_CONTRAST = 4.5, LARGE_CONTRAST = 3; // WCAG 2.2, 1.4.3 and 1.4.11
  const LARGE = 24, LARGE_BOLD = 18.66, BOLD = 700; // pixels of text that counts as large
  const TARGET = 24; // pixels that a finger needs (2.5.8); a link within a sentence is free
  const found = [];
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const named = (one) =>
    `<${one.tagName.toLowerCase()}${one.id ? ` #${one.id}` : ""}> “${(one.textContent || one.value || "").trim().slice(0, 40)}”`;
  const tell = (what, one) => found.push(one ? `${what}: ${named(one)}` : what);
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const unseen = (one) => one.closest(".unseen, .skip, thead") !== null && one.getClientRects().length > 0 && one.getBoundingClientRect().width <= 1;

  function name(one) {
    const by = (one.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    return (
      by.map((id) => document.getElementById(id)?.textContent).join(" ").trim() ||
      (one.getAttribute("aria-label") || "").trim() ||
      [...(one.labels || [])].map((label) => label.textContent).join(" ").trim() ||
      (one.matches("a, button, summary") ? one.textContent.trim() + all("img[alt]", one).map((img) => img.alt).join("") : "")
    );
  }

  function structure() {
    if (all("h1").filter(shown).length !== 1) tell(`there are ${all("h1").length} h1`);
    if (all("main").length !== 1) tell("there is not one main");
    if (!/ · /.test(document.title) || document.title.startsWith(" ·")) tell(`the title is “${document.title}”`);
    let before = 0;
    for (const one of all("h1, h2, h3, h4, h5, h6").filter((one) => !one.closest(".prose"))) {
      const level = Number(one.tagName[1]);
      if (level > before + 1) tell(`a heading of level ${level} follows one of ${before}`, one);
      if (!one.textContent.trim()) tell("an empty heading", one);
      before = level;
    }
    const ids = all("[id]").map((one) => one.id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) tell(`two things are #${id}`);
    for (const one of all("nav, section")) if (!name(one)) tell("a part of the page without a name", one);
    for (const one of all("[style], script:not([src])")) tell("a style or a script in the page", one);
  }

  function references() {
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "list", "headers"])
      for (const one of all(`[${attribute}]`))
        for (const id of one.getAttribute(attribute).split(/\s+/))
          if (!document.getElementById(id)) tell(`${attribute} names #${id}, which is not there`, one);
    for (const one of all('a[href^="#"]')) if (!document.querySelector(one.getAttribute("href"))) tell("leads nowhere", one);
  }

  function names() {
    for (const one of all("input:not([type=hidden]), select, textarea, button, a[href], summary, progress"))
      if (!name(one)) tell("has no name", one);
    for (const one of all("img:not([alt])")) tell("a picture without a text", one);
    for (const one of all("svg:not([aria-hidden=true])")) if (!name(one) || one.getAttribute("role") !== "img") tell("a drawing without a text", one);
    for (const one of all("table")) {
      if (!all("th", one).length) tell("a table without headers", one);
      for (const head of all("th", one)) if (!head.textContent.trim()) tell("an empty header", head);
    }
    for (const one of all("[aria-invalid=true]")) if (!one.getAttribute("aria-describedby")) tell("is wrong without a reason", one);
    for (const one of all("[tabindex]")) if (one.tabIndex > 0) tell("stands out of order", one);
    for (const one of all("fieldset")) if (!one.querySelector("legend")?.textContent.trim()) tell("fields without a legend", one);
  }

  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  function ground(one) {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const layer = parts(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }
  const luminance = (colour) =>
    colour.slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  function contrast(colour, below) {
    const [light, dark] = [luminance(over(colour, below)), luminance(below)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  function judge(one, style, colour, least) {
    const [r, g, b, a] = parts(colour);
    const ratio = contrast([r, g, b, a * Number(style.opacity || 1)], ground(one));
    if (ratio < least) tell(`contrast ${ratio.toFixed(2)} < ${least}`, one);
  }

  function contrasts() {
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.add(walker.currentNode.parentElement);
    for (const one of texts) {
      if (!shown(one) || one.closest("noscript, title, datalist, option") || unseen(one)) continue;
      const style = getComputedStyle(one), size = parseFloat(style.fontSize);
      const large = size >= LARGE || (size >= LARGE_BOLD && Number(style.fontWeight) >= BOLD);
      const colour = one instanceof SVGElement ? style.fill : style.color;
      judge(one, style, colour, large ? LARGE_CONTRAST : LEAST_CONTRAST);
    }
    for (const one of all("input, select, textarea").filter(shown).filter((one) => one.type !== "hidden")) {
      const style = getComputedStyle(one);
      if (one.value) judge(one, style, style.color, LEAST_CONTRAST);
      if (one.placeholder) {
        const faint = getComputedStyle(one, "::placeholder");
        judge(one, faint, faint.color, LEAST_CONTRAST);
      }
      if (one.matches("[type=checkbox], [type=radio], [type=file]")) continue;
      judge(one.parentElement, { opacity: 1 }, style.borderTopColor, LARGE_CONTRAST);
    }
    for (const one of all("svg .line, svg .dot, svg .bar")) {
      const style = getComputedStyle(one);
      judge(one.closest("svg").parentElement, style, style.fill === "none" ? style.stroke : style.fill, LARGE_CONTRAST);
    }
  }

  function targets() {
    for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, summary").filter(shown)) {
      if (unseen(one) || one.closest(".skip, .unseen, .prose")) continue;
      const about = one.labels?.[0]?.contains(one) ? one.labels[0] : one;
      const { width, height } = about.getBoundingClientRect();
      const spoken = getComputedStyle(one).display === "inline" && one.parentElement.textContent.trim() !== one.textContent.trim();
      if (!spoken && (width < TARGET || height < TARGET)) tell(`only ${Math.round(width)}×${Math.round(height)} pixels`, one);
    }
  }

  function overflow() {
    for (const one of all("dt, dd, td, th, li, p, h1, h2, h3, label, button, .button").filter(shown))
      if (one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !unseen(one)) tell("its text runs out of its place", one);
  }

  function width() {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return;
    const outside = all("body *").filter((one) => one.getBoundingClientRect().right > wide + 1 && !one.closest(".skip, .unseen"));
    tell(`the page is ${document.documentElement.scrollWidth} pixels wide, the window ${wide}`, outside.at(-1));
  }

  [structure, references, names, contrasts, targets, overflow, width].forEach((look) => look());
  return found;
}
