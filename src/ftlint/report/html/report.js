"use strict";
const root = document.documentElement;
const THEMES = ["system", "light", "dark"];
const kept = {
  get() { try { return localStorage.getItem("ftlint-theme"); } catch { return null; } },
  set(theme) { try { localStorage.setItem("ftlint-theme", theme); } catch { /* a page of a file may not keep any */ } },
};
function wear(theme) {
  if (theme === "system") root.removeAttribute("data-theme"); else root.dataset.theme = theme;
}
root.classList.add("js");
wear(THEMES.includes(kept.get()) ? kept.get() : "system");

document.addEventListener("DOMContentLoaded", () => {
  themes();
  unfold();
  const data = document.getElementById("rows");
  if (data) browse(JSON.parse(data.textContent));
});

function themes() {
  const button = document.getElementById("theme");
  let theme = root.dataset.theme || "system";
  const show = () => { button.textContent = `Theme: ${theme}`; };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    wear(theme);
    kept.set(theme);
    show();
  });
  show();
}

function unfold() {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) (target.closest("details") || target).scrollIntoView();
  };
  addEventListener("hashchange", open);
  if (location.hash) open();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.card:not([open])")];
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
}

const SEVERITY = 0, RULE = 1, FILE = 2, AT = 3, PLACE = 4, MESSAGE = 5, SHOWN = 6, FIX = 7;
const LEVELS = ["error", "warning", "info"];
const SIZE = 50, PRINTED = 1000;

function browse(data) {
  const form = document.getElementById("filters");
  const table = document.getElementById("browser");
  const body = table.tBodies[0];
  const rank = order(data.rules.map((rule) => rule[0]));
  const folder = order(data.files.map((file) => file[0]));
  const texts = [];
  let found = [], page = 0, sorted = -1, down = false;

  function text(index) {
    if (texts[index] === undefined) {
      const row = data.rows[index], rule = data.rules[row[RULE]];
      const shown = row[SHOWN] ? row[SHOWN].join(row[SHOWN].length === 3 ? "" : " ") : "";
      texts[index] = [rule[0], rule[1], data.files[row[FILE]][0], row[PLACE], row[MESSAGE], shown]
        .join("\n").toLowerCase();
    }
    return texts[index];
  }

  function order(names) {
    const places = names.map((name, index) => index).sort((a, b) => (names[a] < names[b] ? -1 : 1));
    const ranks = [];
    places.forEach((index, place) => { ranks[index] = place; });
    return ranks;
  }

  const by = [
    (a, b) => a[SEVERITY] - b[SEVERITY],
    (a, b) => rank[a[RULE]] - rank[b[RULE]],
    (a, b) => folder[a[FILE]] - folder[b[FILE]] || a[AT] - b[AT],
    (a, b) => (a[MESSAGE] < b[MESSAGE] ? -1 : a[MESSAGE] > b[MESSAGE] ? 1 : 0),
  ];

  function choose() {
    const levels = new Set([...form.querySelectorAll("[name=severity]:checked")].map((box) => +box.value));
    const value = (name) => (form.elements[name] ? form.elements[name].value : "");
    const rule = value("rule"), file = value("file"), split = value("split"), fix = value("fix");
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = [];
    data.rows.forEach((row, index) => {
      if (
        levels.has(row[SEVERITY]) && (rule === "" || row[RULE] === +rule) && (file === "" || row[FILE] === +file) &&
        (split === "" || data.files[row[FILE]][1] === split) && (fix === "" || row[FIX] === +fix) &&
        words.every((word) => text(index).includes(word))
      ) found.push(index);
    });
    if (sorted >= 0) {
      const compare = by[sorted], sign = down ? -1 : 1;
      found.sort((a, b) => sign * compare(data.rows[a], data.rows[b]) || a - b);
    }
    page = 0;
    draw();
  }

  function fill(shown) {
    body.replaceChildren(...shown.map((index) => line(data.rows[index])));
  }

  function draw() {
    fill(found.slice(page * SIZE, (page + 1) * SIZE));
    const count = found.length.toLocaleString("en"), all = data.rows.length.toLocaleString("en");
    const first = (page * SIZE + 1).toLocaleString("en");
    const last = Math.min(found.length, (page + 1) * SIZE).toLocaleString("en");
    document.getElementById("matching").textContent = found.length
      ? `${first}-${last} of ${count}${count === all ? "" : ` that match, of ${all}`}` : `None of ${all} match.`;
    turn();
  }

  const nav = document.getElementById("pages");
  const where = make("span", "faint");
  const turns = [
    ["First", () => 0], ["Previous", () => page - 1], ["Next", () => page + 1], ["Last", () => last()],
  ].map(([name, to]) => {
    const button = make("button", "", name);
    button.type = "button";
    button.addEventListener("click", () => {
      page = Math.max(0, Math.min(last(), to()));
      draw();
      document.getElementById("frame").focus({ preventScroll: true });
      document.getElementById("filters").scrollIntoView();
    });
    return button;
  });
  nav.append(turns[0], turns[1], where, turns[2], turns[3]);

  function last() { return Math.max(0, Math.ceil(found.length / SIZE) - 1); }

  function turn() {
    nav.hidden = last() === 0;
    where.textContent = `Page ${page + 1} of ${last() + 1}`;
    turns[0].disabled = turns[1].disabled = page === 0;
    turns[2].disabled = turns[3].disabled = page === last();
  }

  function line(row) {
    const rule = data.rules[row[RULE]], level = LEVELS[row[SEVERITY]];
    const link = make("a", "", rule[0]);
    link.href = `#rule-${rule[0]}`;
    const place = [make("span", "path", data.files[row[FILE]][0] || "the project")];
    if (row[PLACE]) place.push(" ", make("span", "at", row[PLACE]));
    const told = [make("span", "message", row[MESSAGE]), ...shown(row[SHOWN])];
    if (row[FIX]) told.push(make("span", row[FIX] === 1 ? "fix safe" : "fix unsafe", row[FIX] === 1 ? "safe fix" : "unsafe fix"));
    const tr = make("tr");
    tr.setAttribute("role", "row");
    tr.append(cell(make("span", `badge ${level}`, level)), cell(link, " ", make("span", "name", rule[1])), cell(...place), cell(...told));
    return tr;
  }

  function shown(parts) {
    if (!parts) return [];
    if (parts.length === 3) {
      const code = make("code", "excerpt");
      code.append(parts[0], make("mark", "", parts[1]), parts[2]);
      return [code];
    }
    return ["asks", parts[0] ? "answers" : "says"].flatMap((name, index) => {
      if (!parts[index]) return [];
      const says = make("span", "says");
      says.append(make("span", "who", name), " ", make("q", "", parts[index]));
      return [says];
    });
  }

  function cell(...children) {
    const td = make("td");
    td.setAttribute("role", "cell");
    td.append(...children);
    return td;
  }

  function make(tag, name, content) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (content !== undefined) element.textContent = content;
    return element;
  }

  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = make("button", "", head.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      if (sorted !== index) sort(index, false); else if (!down) sort(index, true); else sort(-1, false);
    });
    head.replaceChildren(button);
  });

  function sort(index, reverse) {
    sorted = index;
    down = reverse;
    heads.forEach((head, place) => {
      if (place === sorted) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    form.elements.sort.value = index < 0 ? "" : String(index);
    choose();
  }

  let waiting = 0;
  form.elements.search.addEventListener("input", () => {
    clearTimeout(waiting);
    if (data.rows.length > 2000) waiting = setTimeout(choose, 120); else choose();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "sort") sort(event.target.value === "" ? -1 : +event.target.value, false);
    else if (event.target.id !== "search") choose();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[type=reset]").addEventListener("click", (event) => {
    event.preventDefault();
    clear("");
  });
  function clear(rule) {
    form.reset();
    form.elements.rule.value = rule;
    sort(-1, false);
  }
  document.addEventListener("keydown", (event) => {
    const busy = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.search.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-rule]");
    if (!link) return;
    clear(String(data.rules.findIndex((rule) => rule[0] === link.dataset.rule)));
  });
  addEventListener("beforeprint", () => fill(found.slice(0, PRINTED)));
  addEventListener("afterprint", draw);
  choose();
}
