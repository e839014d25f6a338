// Finds the segment by words or CPV code, beside the plain list that holds the answer.
const list = document.getElementById("segment");
const box = document.getElementById("chercher");
const [, field, found, status] = box.children;
let waiting, sending, at;
box.hidden = false;

function mark(place) {
  at = place;
  const options = [...found.children];
  options.forEach((option, rank) => option.setAttribute("aria-selected", rank === at));
  field.setAttribute("aria-activedescendant", options[at]?.id ?? "");
  options[at]?.scrollIntoView({ block: "nearest" });
}

function show(open) {
  found.hidden = !open;
  field.setAttribute("aria-expanded", open);
  mark(-1);
}

function keep(option) {
  list.value = option.dataset.id;
  field.value = "";
  status.textContent = `Segment choisi\u00a0: ${option.firstChild.textContent}`;
  show(false);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

async function search() {
  const nature = document.querySelector("[name=nature]:checked")?.value ?? "";
  sending = new AbortController();
  try {
    const query = new URLSearchParams({ q: field.value, nature, format: "json" });
    const answer = await fetch(`${box.dataset.adresse}?${query}`, { signal: sending.signal });
    const rows = await answer.json();
    found.replaceChildren(...rows.map((row, rank) => {
      const option = document.createElement("li");
      const why = document.createElement("span");
      option.id = `trouve-${rank}`;
      option.setAttribute("role", "option");
      option.dataset.id = row.id;
      why.className = "precision";
      why.textContent = [row.within, row.why].filter(Boolean).join(", ");
      option.append(row.label, why);
      return option;
    }));
    status.textContent = rows.length ? `Segments trouvés\u00a0: ${rows.length}` : "Aucun segment trouvé";
    show(rows.length > 0);
  } catch {
    // typed again meanwhile, or no network: the list is there
  }
}

field.addEventListener("input", (event) => {
  event.stopPropagation(); // a search is no answer yet
  clearTimeout(waiting);
  sending?.abort();
  if (field.value.trim().length < 2) show(false);
  else waiting = setTimeout(search, 250);
});
field.addEventListener("keydown", (event) => {
  const { key } = event;
  const count = found.children.length;
  if (key !== "Enter" && (found.hidden || !/^(ArrowDown|ArrowUp|Escape)$/.test(key))) return;
  event.preventDefault();
  if (found.hidden) return;
  if (key === "Escape") show(false);
  else if (key === "Enter") keep(found.children[Math.max(at, 0)]);
  else mark((at + (key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + count) % count);
});
field.addEventListener("blur", () => show(false));
found.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the field keeps the focus
  const option = event.target.closest("li");
  if (option) keep(option);
});
