// Signing in again where one is, and not signing out over cells that are not stored yet.

const element = (html) => {
  const made = document.createElement("dialog");
  made.innerHTML = html;
  document.body.append(made);
  return made;
};

/** The sign-in form, posted in place; resolves once the same person is signed in. */
export function signIn({ login, loginUrl }, count) {
  const box = element(`<form class="in" method="dialog"><h2>Phiên làm việc đã hết</h2>
    <p>${count ? `Còn <b>${count} ô</b> chưa lưu, đang giữ trên máy này` : "Những gì đang gõ còn nguyên trên trang này"}. Đăng nhập lại để lưu tiếp.</p><p class="errorlist" role="alert"></p>
    <p class="fld"><label for="si-u">Tên đăng nhập</label><input id="si-u" readonly autocomplete="username"></p>
    <p class="fld"><label for="si-p">Mật khẩu</label><input id="si-p" type="password" autocomplete="current-password" required></p>
    <p class="fld" hidden><label for="si-c">Mã xác thực</label><input id="si-c" inputmode="numeric" autocomplete="one-time-code"></p>
    <div class="ends"><button class="btn p">Đăng nhập</button><button class="btn" type="button">Để sau</button></div></form>`);
  const [name, password, code] = box.querySelectorAll("input");
  const [, later] = box.querySelectorAll("button");
  name.value = login;
  box.showModal();
  password.focus();
  let codeUrl = "";
  return new Promise((resolve) => {
    later.onclick = () => box.close();
    box.onclose = () => resolve(box.remove() ?? box.returnValue === "in");
    box.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      const asked = codeUrl ? sendCode(codeUrl, code.value) : sendPassword(loginUrl, login, password.value);
      const said = await asked.catch(() => ({ sentence: "Mất mạng, chưa đăng nhập được. Hãy thử lại.", codeUrl }));
      box.querySelector(".errorlist").textContent = said.sentence ?? "";
      codeUrl = said.codeUrl ?? "";
      code.closest("p").hidden = !codeUrl;
      if (said.done) box.close("in");
      else (codeUrl ? code : password).select();
    };
  });
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

/** Holds a sign-out back while cells are unsent. `flush` sends them. */
export function guardSignOut(logoutUrl, queue, flush) {
  for (const form of document.querySelectorAll(`form[action="${logoutUrl}"]`)) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await flush();
      const count = await queue.count();
      if (!count) return form.submit();
      const box = element(`<form method="dialog"><h2>Còn ${count} ô chưa lưu</h2>
        <p>Các ô này đang giữ trên máy. Nếu đăng xuất, chúng chỉ được lưu khi chính bạn đăng nhập lại trên máy này và mở lại phiếu.</p>
        <div class="ends"><button class="btn p" value="">Ở lại</button><button class="btn" value="out">Vẫn đăng xuất</button></div></form>`);
      box.onclose = () => {
        box.remove();
        if (box.returnValue === "out") form.submit();
      };
      return box.showModal();
    });
  }
}
