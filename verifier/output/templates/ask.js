"use strict";
// Asks as one types: a moment after the last key, and the newest question wins.

const PAUSE = 350; // milliseconds
const form = document.querySelector("form");
const answer = document.getElementById("answer");
const status = document.querySelector(".status");
let timer = 0;
let under = null; // the question that is under way

function asked() {
  const data = new FormData(form);
  return Object.fromEntries(["statement", "where", "layout"].map((k) => [k, data.get(k)]));
}

function address(question) {
  return "/?" + new URLSearchParams(question);
}

async function ask() {
  clearTimeout(timer);
  under?.abort();
  const question = asked();
  if (!question.statement.trim()) {
    answer.replaceChildren();
    answer.removeAttribute("aria-busy");
    status.textContent = "";
    return;
  }
  const mine = (under = new AbortController());
  answer.setAttribute("aria-busy", "true");
  status.textContent = "checking…";
  try {
    const reply = await fetch("/show", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
      signal: mine.signal,
    });
    const text = await reply.text();
    if (mine !== under) return;
    if (reply.headers.get("Content-Type")?.startsWith("text/html")) {
      answer.innerHTML = text; // made by our own templates, which escape everything
      status.textContent = "";
    } else {
      status.textContent = JSON.parse(text).error;
    }
    history.replaceState(null, "", address(question));
  } catch (error) {
    if (mine !== under) return;
    status.textContent = "the service does not answer";
  }
  answer.removeAttribute("aria-busy");
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "statement" && !event.shiftKey) {
    event.preventDefault();
    ask();
  }
});
