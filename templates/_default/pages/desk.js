"use strict";
// The page of one case: a field moves the document, words are pointed at, the letter follows what is ticked.
// All of it works without this file too, with more steps.
(() => {
  const view = document.querySelector(".sheet-view");
  const image = document.querySelector(".leaf img[data-dpi]");
  const boxes = document.querySelector("#boxes");

  // --- a field moves the document, never the column ------------------------------------------
  function showSpot(name) {
    const box = boxes && boxes.querySelector(`[data-spot="${CSS.escape(name)}"]`);
    if (!box || !view) return;
    const at = box.getBoundingClientRect(), frame = view.getBoundingClientRect();
    if (at.top >= frame.top && at.bottom <= frame.bottom && at.left >= frame.left && at.right <= frame.right) return;
    view.scrollBy(at.left - frame.left - frame.width / 3, at.top - frame.top - frame.height / 3);
  }
  for (const field of document.querySelectorAll(".desk-side [data-spot]"))
    field.addEventListener("focusin", () => showSpot(field.dataset.spot));
  for (const link of document.querySelectorAll("a[data-show]"))
    link.addEventListener("click", (event) => {
      if (!boxes || !boxes.querySelector(`[data-spot="${CSS.escape(link.dataset.show)}"]`)) return;
      event.preventDefault();
      showSpot(link.dataset.show);
    });

  const whole = document.querySelector("#whole");
  if (whole) whole.addEventListener("click", () => {
    const on = document.querySelector(".leaf").classList.toggle("whole");
    whole.setAttribute("aria-pressed", String(on));
  });

  // --- correcting: the input opens ready to type; words on the page can be pointed at ---------
  let words = null, input = null, first = -1;
  function choose(last) {
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    boxes.querySelectorAll(".word").forEach((box, at) => box.classList.toggle("picked", at >= from && at <= to));
    input.value = words.slice(from, to + 1).map((word) => word[0]).join(" ");
    input.focus({ preventScroll: true });
  }
  function drawWords() {
    words.forEach(([text, x0, top, x1, bottom], at) => {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of Object.entries({ x: x0, y: top, width: x1 - x0, height: bottom - top })) box.setAttribute(name, value);
      box.setAttribute("class", "word");
      box.dataset.text = text;
      box.addEventListener("pointerdown", (event) => { event.preventDefault(); first = at; });
      box.addEventListener("pointerup", () => { if (first >= 0) choose(at); first = -1; });
      boxes.append(box);
    });
  }
  async function pointAt(field) {
    input = field;
    if (words || !image || !image.dataset.words) return;
    words = [];
    try {
      const answer = await fetch(image.dataset.words, { headers: { Accept: "application/json" } });
      if (answer.ok) { words = await answer.json(); drawWords(); }
    } catch { /* typing goes on without */ }
  }
  const fixes = [...document.querySelectorAll("details.fix")];
  for (const fix of fixes) {
    const field = fix.querySelector("input[name=waarde]");
    fix.addEventListener("toggle", () => {
      if (!fix.open) return;
      for (const other of fixes) if (other !== fix) other.open = false;
      field.focus({ preventScroll: true });
      field.select();
      pointAt(field);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      fix.open = false;
      fix.querySelector("summary").focus({ preventScroll: true });
    });
    if (fix.open) pointAt(field);
  }

  // --- the letter --------------------------------------------------------------------------------
  const form = document.querySelector("#letter-form"), panel = document.querySelector("#letter-panel");
  const now = document.querySelector("#refuse-now"), told = document.querySelector("#letter-text");
  const wrong = document.querySelector("#letter-fault"), kept = document.querySelector("#letter-kept");
  let waiting = 0, asked = 0, newest = null;
  const compose = () => (newest = ask(++asked));
  async function ask(mine) {
    kept.textContent = "Bewaren…";
    let answer = null, late = false;
    try {
      const sent = await fetch(form.dataset.letter, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
      late = sent.status === 409;
      if (sent.ok) answer = await sent.json();
    } catch { /* said below */ }
    if (mine !== asked) return newest;
    kept.textContent = answer ? "Bewaard"
      : late ? "Je tekst is bewaard. Een collega besliste net over deze zaak: bekijk haar opnieuw."
      : "Niet bewaard. Log opnieuw in, of bekijk de zaak opnieuw.";
    if (!answer) { now.hidden = true; return; }
    wrong.hidden = !answer.fault;
    wrong.textContent = answer.fault;
    told.hidden = now.hidden = Boolean(answer.fault);
    told.textContent = answer.subject ? `${answer.subject}\n\n${answer.text}` : answer.text;
    form.elements.shown.value = answer.shown;
  }
  function showExplanations() {
    const ticked = new Set(new FormData(form).getAll("finding").flatMap((each) => each.split(",")));
    const all = [...form.querySelectorAll("[data-explains]")];
    for (const each of all) each.hidden = !ticked.has(each.dataset.explains);
    const none = document.querySelector("#none-told");
    if (none) none.hidden = all.some((each) => !each.hidden);
  }
  function follow() {
    now.hidden = true;
    clearTimeout(waiting);
    waiting = setTimeout(compose, 600);
  }
  if (form) {
    document.querySelector("#show-letter").hidden = true;
    showExplanations();
    form.addEventListener("input", follow);
    for (const box of document.querySelectorAll("[form=letter-form]")) box.addEventListener("change", () => {
      const point = box.closest(".choose");
      if (box.checked) for (const other of point.querySelectorAll("input")) if (other !== box) other.checked = false;
      showExplanations();
      if (panel.open) follow(); else { clearTimeout(waiting); waiting = setTimeout(compose, 600); }
    });
    panel.addEventListener("toggle", () => { if (panel.open) compose(); });
    if (panel.open) compose();
    const refuse = document.querySelector("#refuse");
    if (refuse) refuse.addEventListener("click", async (event) => {
      event.preventDefault();
      panel.open = true;
      await compose();
      panel.scrollIntoView({ block: "start" });
      (now.hidden ? form.elements.words : now).focus({ preventScroll: true });
    });
  }

  // --- keys of this page -------------------------------------------------------------------------
  const more = document.querySelector("#more");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && more && more.open) { more.open = false; more.querySelector("summary").focus(); }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const fact = /^[1-5]$/.test(event.key) && document.querySelector(`#fact-${event.key}`);
    const target = fact || (event.key === "m" && more && more.querySelector("summary"));
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    target.click();
  });
})();
