// Shows the token to the service, which keeps it in a cookie; then goes on to the page that was asked for.

import { post } from "./lib/command.js";
import { byId, setText } from "./lib/dom.js";

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { ok, text } = await post("/api/session", { token: event.target.token.value.trim() });
  if (!ok) return setText(byId("refused"), text);
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  location.replace(next.startsWith("/") && !next.startsWith("//") ? next : "/");
});
