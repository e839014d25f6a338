// The estimate follows what is typed. Without this file, or when it fails, « Estimer » does the same.
const form = document.getElementById("parcours");
const announced = document.getElementById("annonce");
const button = document.getElementById("estimer");
let waiting, sending;

async function refresh() {
  const body = new URLSearchParams(new FormData(form));
  body.set("fragment", "1");
  sending = new AbortController();
  try {
    const address = button.getAttribute("formaction").split("#")[0];
    const answer = await fetch(address, { method: "POST", body, signal: sending.signal });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("estimation");
    const old = document.getElementById("estimation");
    if (fresh.innerHTML === old.innerHTML) return;
    old.replaceWith(fresh);
    announced.textContent = fresh.dataset.annonce;
    button.hidden = true;
  } catch (error) {
    if (error.name !== "AbortError") button.hidden = false; // the button still works
  }
}

form.addEventListener("input", (event) => {
  if (!event.target.name || event.target.name === "lots_colles") return;
  clearTimeout(waiting);
  sending?.abort();
  waiting = setTimeout(refresh, 400);
});
button.hidden = true;
