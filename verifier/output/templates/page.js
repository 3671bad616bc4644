"use strict";
// Filters, order, keys and buttons that copy. Without this script everything can be read.
(() => {
  const FIELDS = ["q", "verdict", "layout", "grade", "file", "tag", "sort"];
  const SCROLLING = ".claims div > div, dd, pre, .scroll, .identity > summary > span";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector(".tools");
  const files = all("details.file");
  const cells = new Map(all(".strip a").map((cell) => [cell.hash.slice(1), cell]));
  const identities = all(".identity").map((element, order) => ({
    element,
    order,
    home: element.parentNode,
    id: element.querySelector("summary > code").textContent,
    claims: all(":scope > .claims > div", element),
    tags: element.querySelector(".tags")?.textContent.split(", ") ?? [],
    file: cells.get(element.id).parentNode.dataset.file,
  }));
  const say = (text) => {
    if (form) form.querySelector(".status").textContent = text;
  };

  // Buttons that copy. They are made where an identity is first opened.

  const unpack = async (id) => {
    const text = document.getElementById(id).textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  };
  let latex;
  const latexOf = async (id, index) => {
    latex ??= await unpack("nabla-latex");
    return latex[id][index];
  };
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
  const button = (name, about, text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copier";
    made.textContent = name;
    made.setAttribute("aria-label", `${name}${about ? ` of ${about}` : ""}`);
    made.addEventListener("click", async () => {
      await copy(await text());
      made.textContent = "copied";
      say("Copied.");
      setTimeout(() => { made.textContent = name; }, 1500);
    });
    return made;
  };
  const equip = (element) => {
    if (element.dataset.equipped) return;
    element.dataset.equipped = "yes";
    all(":scope > .claims > div", element).forEach((claim, index) => {
      const [about, code] = all(":scope > b:first-child, :scope > code", claim);
      const name = about.textContent;
      claim.append(
        button("copy text", name, () => code.textContent),
        button("copy LaTeX", name, () => latexOf(element.id, index)),
      );
    });
    for (const code of all(".copy", element)) {
      code.after(" ", button("copy", "", () => code.textContent));
    }
  };
  // What scrolls must be reachable by keyboard; what does not would be a useless stop.
  // What is folded or far away has no size yet, and is asked when it is laid out.
  const fresh = new Set();
  const reachable = (root) => {
    if (!fresh.size) requestAnimationFrame(measure);
    fresh.add(root);
  };
  const measure = () => {
    const found = [...fresh].flatMap((root) => all(SCROLLING, root));
    fresh.clear();
    const wide = found.filter((e) => e.checkVisibility({ contentVisibilityAuto: true }) && e.scrollWidth > e.clientWidth + 1);
    for (const element of wide) element.tabIndex = 0;
  };

  // Filters and order. They stand in the address, so that a view can be passed on.

  const options = (name) => [...form.elements[name].options].map((o) => o.value).filter(Boolean);
  const textOf = (one) => (one.text ??= one.element.textContent.toLowerCase());
  const R = /R = ([\d.]+(?:e[+-]\d+)?|inf)/g;
  const largest = (one) => (one.R ??= Math.max(-1, ...one.claims.flatMap((claim) =>
    [...claim.textContent.matchAll(R)].map(([, R]) => (R === "inf" ? Infinity : +R)))));
  const ORDERS = {
    id: (a, b) => a.id.localeCompare(b.id),
    r: (a, b) => largest(b) - largest(a),
  };
  const wishes = () => {
    const found = new URLSearchParams();
    for (const name of FIELDS) {
      const value = form.elements[name].value.trim();
      if (value) found.set(name, value);
    }
    return found;
  };
  // A claim has a class of its own only where the identity has another one, or none.
  const classOf = (claim, identity, names) =>
    [claim, identity].map((e) => names.find((name) => e.classList.contains(name))).find(Boolean);
  const matcher = (wanted) => {
    const kinds = options("verdict");
    const grades = options("grade");
    const words = (wanted.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const open = (name, found) => !wanted.has(name) || wanted.get(name) === found;
    return (one) =>
      open("file", one.file) &&
      (!wanted.has("tag") || one.tags.includes(wanted.get("tag"))) &&
      one.claims.some((claim) =>
        open("verdict", classOf(claim, one.element, kinds)) &&
        open("grade", classOf(claim, one.element, grades)) &&
        (!wanted.has("layout") || claim.classList.contains(wanted.get("layout")))) &&
      words.every((word) => textOf(one).includes(word));
  };
  let sorted = "";
  const sort = (order) => {
    if (order === sorted) return;
    sorted = order;
    const list = [...identities];
    if (order) list.sort((a, b) => ORDERS[order](a, b) || a.order - b.order);
    for (const one of list) {
      const flat = order && one.home.matches(".file");
      (flat ? one.home.parentNode : one.home).append(one.element);
    }
  };
  const apply = () => {
    const wanted = wishes();
    const matches = matcher(wanted);
    const filtered = [...wanted.keys()].some((name) => name !== "sort");
    let shown = 0;
    sort(wanted.get("sort") ?? "");
    for (const one of identities) {
      const on = matches(one);
      one.element.hidden = !on;
      cells.get(one.element.id).classList.toggle("off", !on);
      shown += on;
    }
    for (const part of all("details.file, .surprises, .others")) {
      part.hidden = !part.querySelector(".identity:not([hidden])");
      if (filtered && part.matches(".file") && !part.hidden) part.open = true;
    }
    const [count, total] = [shown, identities.length].map((n) => n.toLocaleString("en"));
    say(filtered ? `${count} of ${total} identities` : `${total} identities`);
    return wanted;
  };
  const remember = (wanted) => {
    const hash = wanted.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const fill = (wanted) => {
    for (const name of FIELDS) form.elements[name].value = wanted.get(name) ?? "";
    apply();
  };
  const reveal = (element) => {
    for (let e = element; e; e = e.parentElement?.closest("details")) e.open = true;
    element.scrollIntoView({ block: "start" });
    element.querySelector("summary").focus({ preventScroll: true });
  };
  const read = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const target = document.getElementById(`id=${wanted.get("id")}`);
    const filtered = FIELDS.some((name) => wanted.has(name));
    if (filtered) fill(wanted);
    if (target?.hidden) fill(new URLSearchParams());
    if (target) reveal(target);
    else if (filtered) form.scrollIntoView({ block: "start" });
  };

  // Keys.

  const expand = (open) => {
    for (const element of all("details.file, .identity")) element.open = open;
    form.elements.expand.setAttribute("aria-pressed", open);
    form.elements.expand.textContent = open ? "Fold all" : "Expand all";
  };
  const toggle = () => expand(form.elements.expand.getAttribute("aria-pressed") !== "true");
  const step = (by) => {
    const list = all(".problem, .surprises > .identity:not([hidden])");
    if (!list.length) return say("There is no failure to go to.");
    const at = list.findIndex((element) => element.contains(document.activeElement));
    const next = at < 0 && by < 0 ? 0 : at;
    const element = list[(next + by + list.length) % list.length];
    if (element.matches("details")) return reveal(element);
    element.tabIndex = -1;
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  };
  const KEYS = {
    j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1),
    e: toggle, "/": () => form.elements.q.focus(),
  };
  const press = (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!form.elements.keys.checked || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  };
  const walk = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const list = [...cells.values()];
    list[(list.indexOf(event.target) + by + list.length) % list.length].focus();
  };

  // Everything is set up.

  for (const one of identities) if (one.element.open) equip(one.element);
  for (const code of all("header .copy")) {
    code.after(" ", button("copy", "", () => code.textContent));
  }
  document.addEventListener("toggle", ({ target }) => {
    if (!target.open) return;
    if (target.matches(".identity")) equip(target);
    reachable(target);
  }, true);
  document.addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => {
    if (!skipped) reachable(target);
  });
  if (form) {
    [...cells.values()].forEach((cell, index) => { cell.tabIndex = index ? -1 : 0; });
    for (const one of identities) {
      const verdict = one.element.querySelector("summary > b").textContent;
      cells.get(one.element.id).title = `${one.id}: ${verdict}`;
    }
    const names = new Set(identities.map((one) => one.file));
    for (const name of names) form.elements.file.append(new Option(name));
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    const change = ({ target }) => {
      if (FIELDS.includes(target.name)) remember(apply());
    };
    form.addEventListener("input", change);
    form.addEventListener("change", change);
    form.addEventListener("reset", () => setTimeout(() => remember(apply())));
    form.elements.expand.addEventListener("click", toggle);
    document.querySelector(".strip").addEventListener("keydown", walk);
    document.addEventListener("keydown", press);
    addEventListener("hashchange", read);
    apply();
    read();
  }
  addEventListener("resize", () => reachable(document));
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const element of folded) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of folded) element.open = false;
  });
  reachable(document);
})();
