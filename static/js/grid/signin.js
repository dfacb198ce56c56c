// Signing in again where one is, and not signing out over cells that are not stored yet.

/** A dialog from the page's template; what speaks of the count of unsent cells only where there are some. */
export function dialog(id, count) {
  const made = document.createElement("dialog");
  const held = document.getElementById(id);
  made.innerHTML = `<form method="dialog" class="${held.className}">${held.innerHTML}</form>`;
  for (const number of made.querySelectorAll("b")) number.parentNode.hidden = !(number.textContent = count || "");
  document.body.append(made);
  made.showModal();
  return made;
}

/** The sign-in form, posted in place; resolves once the same person may go on. `said`: what the server wants first. */
export function signIn({ login, loginUrl }, count, said = {}) {
  const box = dialog("d-in", count);
  const [name, password, code] = box.querySelectorAll("input");
  const [go, later] = box.querySelectorAll("button");
  const link = box.querySelector("a");
  const show = (news) => {
    said = news;
    const stage = said.url ? "first" : said.codeUrl ? "code" : "door";
    for (const part of box.querySelectorAll("[data-at]")) part.hidden = !part.dataset.at.includes(stage);
    box.querySelector(".errorlist").textContent = said.sentence ?? "";
    link.href = said.url;
    go.disabled = false;
    ({ first: link, code, door: password })[stage].focus();
  };
  const ask = async () => {
    const { url, codeUrl, lost } = said;
    // A lost answer may have been a good one.
    const there = (url || lost) && (await way());
    if (there) return there;
    const found = await (codeUrl ? sendCode(codeUrl, code.value) : sendPassword(loginUrl, login, password.value));
    return found.done ? ((await way()) ?? { sentence: AGAIN }) : found;
  };
  name.value = login;
  show(said.url ? said : {});
  return new Promise((resolve) => {
    later.onclick = () => box.close();
    box.onclose = () => resolve(box.remove() ?? box.returnValue === "in");
    box.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      go.disabled = true;
      const news = await ask().catch(() => ({ ...said, lost: true, sentence: "Mất mạng, chưa đăng nhập được. Hãy thử lại." }));
      if (news.done) box.close("in");
      else show(news);
    };
  });
}

/** Of whoever is signed in: `done`, or the `url` and the `sentence` of what must be done before anything else. */
async function way() {
  const answer = await fetch("");
  const said = answer.ok ? {} : await answer.json().catch(() => ({}));
  return said.url ? said : answer.url.includes("/dang-nhap/") ? null : { done: true };
}

const LOCKED = { sentence: "Tài khoản tạm khóa vì nhập sai nhiều lần. Chờ khoảng 15 phút rồi thử lại." };
const AGAIN = "Chưa đăng nhập được. Hãy thử lại.";

const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

/** The page is asked first: it sets the token's cookie. */
async function post(url, fields, headers) {
  const token = (await read(await fetch(url))).querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(url, { method: "POST", body: new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }), headers });
}

/** `done`, a `sentence` to show, or the `codeUrl` that asks for the second factor. */
async function sendPassword(url, login, password) {
  const answer = await post(url, { login, password }, { "X-Requested-With": "XMLHttpRequest" });
  if (answer.status === 429) return LOCKED;
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said.location?.includes("/xac-thuc-hai-lop/ma/") ? { codeUrl: said.location } : { done: true };
  const fields = Object.values(said.form?.fields ?? {}).flatMap((one) => one.errors ?? []);
  return { sentence: said.form?.errors?.[0] ?? fields[0] ?? AGAIN };
}

async function sendCode(codeUrl, code) {
  const answer = await post(codeUrl, { code });
  if (answer.status === 429) return LOCKED;
  if (answer.url.includes("/dang-nhap/")) return { sentence: "Đã quá lâu. Hãy nhập lại mật khẩu." };
  if (answer.ok && !answer.url.includes(codeUrl)) return { done: true };
  return { codeUrl, sentence: (await read(answer)).querySelector(".fld .errorlist li")?.textContent ?? AGAIN };
}

/** No sign-out over unsent cells. `flush` sends them. */
export function guardSignOut(logoutUrl, queue, flush) {
  for (const form of document.querySelectorAll(`form[action="${logoutUrl}"]`)) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await flush();
      const count = await queue.count();
      if (!count) return void form.submit();
      const box = dialog("d-out", count);
      box.onclose = () => {
        box.remove();
        if (box.returnValue === "out") form.submit();
      };
    });
  }
}
