// A job's page looks again by itself while the job goes on, and opens anew once it is over.

const box = document.querySelector("[data-progress]");
const EVERY = 1500, LONGEST = 15000;
let wait = EVERY;

async function look() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    // Signed out meanwhile: the page itself leads to signing in, and back.
    if (answer.redirected || answer.status === 403) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (!fresh.querySelector("progress")) return location.reload();
    show(fresh);
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, LONGEST);
  }
  setTimeout(look, wait);
}

// Only what differs is put in, so that nobody is read the same words every second.
function show(fresh) {
  if (box.innerHTML.trim() === fresh.innerHTML.trim()) return;
  const [bar, newer] = [box, fresh].map((part) => part.querySelector("progress"));
  if (bar && newer.hasAttribute("max")) Object.assign(bar, { max: newer.max, value: newer.value });
  if (bar) newer.replaceWith(bar);
  box.replaceChildren(...fresh.childNodes);
}

if (box) setTimeout(look, wait);
