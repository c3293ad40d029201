// The name of who acts: asked once on this device, kept in the browser, and changed at the top of the page.

import { byId, setAttribute, setText } from "./dom.js";

const KEY = "pullcord.name";

export const name = () => localStorage.getItem(KEY) ?? "";

function showName() {
  setText(byId("who"), name() || "Who are you?");
  setAttribute(byId("who"), "aria-label", name() ? `You are ${name()}. Change` : null);
}

export function start() {
  byId("who").addEventListener("click", () => ask());
  showName();
}

// Resolves to the name, or to "" when the person closed the dialog.
export async function ask() {
  const dialog = byId("who-dialog");
  const input = dialog.querySelector("input");
  input.value = name();
  const answer = await openDialog(dialog);
  const given = input.value.trim();
  if (answer !== "ok" || !given) return "";
  localStorage.setItem(KEY, given);
  showName();
  return given;
}

export const known = async () => name() || ask();

// Shows a <dialog> whose form has buttons with values; resolves to the value of the button, "" after Escape.
export function openDialog(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
