// Signing in again where one is, and not signing out over cells that are not stored yet.

const element = (html) => {
  const made = document.createElement("dialog");
  made.innerHTML = html;
  document.body.append(made);
  return made;
};

/** The form of the sign-in page, posted without leaving; resolves once the same person is signed in. */
export function signIn({ login, loginUrl }, count) {
  const box = element(`<form class="in" method="dialog"><h2>Phiên làm việc đã hết</h2>
    <p>${count ? `Còn <b>${count} ô</b> chưa lưu, đang giữ trên máy này` : "Những gì đang gõ còn nguyên trên trang này"}. Đăng nhập lại để lưu tiếp.</p><p class="errorlist" role="alert"></p>
    <p class="fld"><label for="si-u">Tên đăng nhập</label><input id="si-u" readonly autocomplete="username"></p>
    <p class="fld"><label for="si-p">Mật khẩu</label><input id="si-p" type="password" autocomplete="current-password" required></p>
    <div class="ends"><button class="btn p">Đăng nhập</button><button class="btn" type="button">Để sau</button></div></form>`);
  const [name, password] = box.querySelectorAll("input");
  const [, later] = box.querySelectorAll("button");
  name.value = login;
  box.showModal();
  password.focus();
  return new Promise((resolve) => {
    later.onclick = () => box.close();
    box.onclose = () => resolve(box.remove() ?? box.returnValue === "in");
    box.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      const sentence = await attempt(loginUrl, login, password.value).catch(() => "Mất mạng, chưa đăng nhập được. Hãy thử lại.");
      box.querySelector(".errorlist").textContent = sentence;
      if (!sentence) box.close("in");
      else password.select();
    };
  });
}

/** Empty when it worked, else the sentence to show. The page is asked first: it sets the token's cookie. */
async function attempt(url, login, password) {
  const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new URLSearchParams({ login, password, csrfmiddlewaretoken: token });
  const answer = await fetch(url, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (answer.ok) return "";
  if (answer.status === 429) return "Tài khoản tạm khóa vì sai mật khẩu nhiều lần. Chờ khoảng 15 phút rồi thử lại.";
  const said = await answer.json().catch(() => ({}));
  return said.form?.errors?.[0] ?? Object.values(said.form?.fields ?? {}).flatMap((one) => one.errors ?? [])[0] ?? "Chưa đăng nhập được. Hãy thử lại.";
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
