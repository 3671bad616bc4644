// Filters, links that unfold what they lead to, and buttons that copy.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector(".tools");
  const notes = all(".note");
  const say = (text) => { if (form) form.querySelector("[role=status]").textContent = text; };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  for (const code of all(".copy")) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copier";
    made.textContent = "copy";
    made.addEventListener("click", async () => {
      await copy(code.textContent);
      made.textContent = "copied";
      setTimeout(() => { made.textContent = "copy"; }, 1500);
    });
    code.after(" ", made);
  }

  const wishes = () => {
    const found = new URLSearchParams();
    for (const name of ["q", "kind"]) {
      const value = form.elements[name].value.trim();
      if (value) found.set(name, value);
    }
    return found;
  };
  const apply = () => {
    const wanted = wishes();
    const words = (wanted.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const note of notes) {
      const text = words.length ? note.textContent.toLowerCase() : "";
      const on = (!wanted.has("kind") || note.classList.contains(wanted.get("kind"))) &&
        words.every((word) => text.includes(word));
      note.hidden = !on;
      shown += on;
    }
    const filtered = [...wanted.keys()].length > 0;
    for (const part of all(".part, details.file")) {
      part.hidden = !part.querySelector(".note:not([hidden])");
      if (filtered && part.matches(".file") && !part.hidden) part.open = true;
    }
    say(filtered ? `${shown} of ${notes.length} formulas` : `${notes.length} formulas`);
    return wanted;
  };
  const remember = (wanted) => {
    const hash = wanted.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const reveal = (element) => {
    for (let e = element; e; e = e.parentElement?.closest("details")) {
      if (e.matches("details")) e.open = true;
    }
    element.scrollIntoView({ block: "start" });
    const focus = element.matches("details") ? element.querySelector("summary") : null;
    if (focus) focus.focus({ preventScroll: true });
  };
  const read = () => {
    const hash = location.hash.slice(1);
    const target = /^(?:s\d+|L\d+-\d+)$/.test(hash) && document.getElementById(hash);
    if (target) {
      if (target.hidden) { form.reset(); apply(); }
      return reveal(target);
    }
    const wanted = new URLSearchParams(hash);
    if (!wanted.has("kind") && !wanted.has("q")) return;
    for (const name of ["q", "kind"]) form.elements[name].value = wanted.get(name) ?? "";
    apply();
    form.scrollIntoView({ block: "start" });
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => remember(apply()));
    form.addEventListener("reset", () => setTimeout(() => remember(apply())));
    form.elements.expand.addEventListener("click", ({ target }) => {
      const open = target.getAttribute("aria-pressed") !== "true";
      for (const element of all("details.file, .note")) element.open = open;
      target.setAttribute("aria-pressed", open);
      target.textContent = open ? "Fold all" : "Expand all";
    });
    addEventListener("hashchange", read);
    apply();
    read();
  }
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const element of folded) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of folded) element.open = false;
  });
})();
