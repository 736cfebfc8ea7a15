"use strict";
// Keyboard shortcuts, and the link between a field and its box on the page. The page works without this file.

const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const press = (selector) => {
  const target = document.querySelector(selector);
  if (!target) return false;
  target.click();
  return true;
};

const focusOn = (selector) => {
  const target = document.querySelector(selector);
  if (target) target.focus();
  return target !== null;
};

// --- lists: j and k walk over the rows, Enter follows the focused link -----------------------
function walk(step) {
  const links = [...document.querySelectorAll("a.open")];
  if (links.length === 0) return false;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + step));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
  return true;
}

// --- one case: hovering or focusing a field lights its box ------------------------------------
function light(name, on) {
  for (const element of document.querySelectorAll(`[data-spot="${CSS.escape(name)}"]`)) element.classList.toggle("lit", on);
}
for (const element of document.querySelectorAll("[data-spot]")) {
  const name = element.dataset.spot;
  for (const event of ["mouseenter", "focusin"]) element.addEventListener(event, () => light(name, true));
  for (const event of ["mouseleave", "focusout"]) element.addEventListener(event, () => light(name, false));
}

// The boxes are in PDF points; the picture tells how large its page is.
for (const image of document.querySelectorAll("img[data-dpi]")) {
  const fit = () => {
    const scale = 72 / Number(image.dataset.dpi);
    const boxes = image.parentElement.querySelector("svg");
    if (boxes && image.naturalWidth) boxes.setAttribute("viewBox", `0 0 ${image.naturalWidth * scale} ${image.naturalHeight * scale}`);
  };
  image.addEventListener("load", fit);
  if (image.complete) fit();
}

const zoom = document.querySelector("#zoom");
if (zoom) zoom.addEventListener("click", () => {
  const wide = document.querySelector(".leaf").classList.toggle("wide-leaf");
  zoom.setAttribute("aria-pressed", String(wide));
});

// A form is sent once: a second press while the answer is under way does nothing.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form")) delete form.dataset.sent; });

// What is typed in such a form is kept on the server while it is written.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const told = form.querySelector("[data-kept]");
  let waiting = 0;
  async function keep() {
    let kept = false;
    try { kept = (await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" })).ok; } catch { /* said below */ }
    told.textContent = kept ? "Bewaard" : "Niet bewaard. Log opnieuw in, of open de pagina opnieuw.";
  }
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 600); });
}

// --- the fast lane: tick one off and go on to the next ----------------------------------------
const strips = [...document.querySelectorAll(".strip input[type=checkbox]")];
function strip(step) {
  const here = strips.indexOf(document.activeElement);
  const next = strips[Math.min(strips.length - 1, Math.max(0, here + step))];
  if (!next) return false;
  next.focus();
  next.closest(".strip").scrollIntoView({ block: "nearest" });
  return true;
}
function tick() {
  const here = strips.indexOf(document.activeElement);
  if (here < 0) return false;
  strips[here].click();
  return strip(1);
}
const ticked = document.querySelector("#ticked");
const told = () => { ticked.textContent = `${strips.filter((each) => each.checked).length} van ${strips.length} afgevinkt.`; };
if (ticked) {
  for (const each of strips) each.addEventListener("change", told);
  told();
  if (strips[0]) strips[0].focus({ preventScroll: true });
}

// What can be undone is offered no longer than it can.
for (const undo of document.querySelectorAll("form[data-seconds]")) {
  setTimeout(() => undo.remove(), Number(undo.dataset.seconds) * 1000);
}

// Keys of one letter can be switched off in this browser (WCAG 2.1.4); ? keeps working, to switch them on again.
const keysSwitch = document.querySelector("#keys-on");
if (keysSwitch) {
  keysSwitch.checked = !document.cookie.split("; ").includes("toetsen=uit");
  keysSwitch.addEventListener("change", () => {
    document.cookie = `toetsen=${keysSwitch.checked ? "aan" : "uit"}; path=/; max-age=31536000; samesite=strict`;
  });
  keysSwitch.parentElement.hidden = false;
}

// Paper has no lid to lift: what is folded is printed too.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const each of folded) each.open = true;
});
window.addEventListener("afterprint", () => { for (const each of folded) each.open = false; });

const help = document.querySelector("#help");
const actions = {
  "j": () => strips.length ? strip(1) : walk(1),
  "k": () => strips.length ? strip(-1) : walk(-1),
  "x": tick,
  "o": () => { const here = document.activeElement.closest(".strip"); if (here) here.querySelector(".open-full").click(); return here !== null; },
  "s": () => press("#fast-lane"),
  "f": () => { const filters = document.querySelector("#filters"); if (filters) { filters.open = true; filters.querySelector("input:not([type=hidden])").focus(); } return filters !== null; },
  "/": () => { const box = document.querySelector("input[type=search]"); if (box) { box.focus(); box.select(); } return box !== null; },
  "i": () => { const button = document.querySelector("#agree"); if (button) button.focus(); return button !== null; },
  "a": () => press("#accept-ticked") || (() => { const button = document.querySelector("#accept"); if (button) button.focus(); return button !== null; })(),
  "w": () => press("#refuse"),
  "v": () => press("#send") || press("#show"),
  "h": () => press("#hold"),
  "z": () => press("#zoom"),
  "t": () => press("#take-back") || press("#undecide"),
  "e": () => press("#beside"),
  "l": () => press("#supplier"),
  "b": () => { const choices = document.querySelector("#show-care"); if (choices) { for (let each = choices.closest("details"); each; each = each.parentElement.closest("details")) each.open = true; choices.focus(); choices.scrollIntoView({ block: "center" }); } return choices !== null; },
  "[": () => press("#page-before"),
  "]": () => press("#page-after"),
  "n": () => press("#next-page") || press("#answer") || focusOn("#answer-form input:not([type=hidden]), #answer-form textarea"),
  "p": () => press("#previous-page"),
  "u": () => press("#back"),
  "?": () => { if (help && !help.open) help.showModal(); return help !== null; },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key !== "?" && keysSwitch && !keysSwitch.checked) return;
  const action = actions[event.key];
  if (action && action()) event.preventDefault();
});
const helpButton = document.querySelector("#show-help");
if (helpButton && help) helpButton.addEventListener("click", () => help.showModal());
