// Shows the token to the service, which keeps it in a cookie; then goes on to the page that was asked for.

import { post } from "./lib/command.js";
import { byId, setText } from "./lib/dom.js";

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { ok, text } = await post("/api/session", { token: event.target.token.value.trim() });
  if (!ok) return setText(byId("refused"), text);
  location.replace(wanted());
});

function wanted() {
  // As the browser reads it: "/\elsewhere" names another host, too.
  try {
    const page = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
    return page.origin === location.origin ? page.href : "/";
  } catch {
    return "/";
  }
}
