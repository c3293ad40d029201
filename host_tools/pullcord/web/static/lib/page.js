// What every live page has in its header: the time, the age of the picture, who acts, and gentle lamps.

import { byId, setAttribute, setText, show } from "./dom.js";
import { OLD_MS } from "./stream.js";
import { ago, timeOfDay } from "./text.js";
import * as who from "./who.js";

const GENTLE = "pullcord.gentle";

export function start() {
  who.start();
  const stored = localStorage.getItem(GENTLE);
  gentle(stored === null ? matchMedia("(prefers-reduced-motion: reduce)").matches : stored === "yes");
  byId("gentle").addEventListener("click", () => {
    const on = !document.body.classList.contains("gentle");
    localStorage.setItem(GENTLE, on ? "yes" : "no");
    gentle(on);
  });
}

// The lamps keep their rhythm, which is information, and lose their contrast.
function gentle(on) {
  setAttribute(byId("gentle"), "aria-pressed", on ? "true" : "false");
  document.body.classList.toggle("gentle", on);
}

// Once a second. `plant` is the line service's own condition; `trouble` names what is wrong with it, or "".
export function showAge(stream, clock, plant) {
  const age = stream.age();
  const old = age > OLD_MS;
  const trouble = old ? "" : plantTrouble(plant);
  setText(byId("clock"), timeOfDay(clock.now()));
  setText(byId("live"), old ? "Old picture" : trouble ? "Trouble" : "Live");
  setAttribute(byId("live"), "data-ok", !old && !trouble);
  document.body.classList.toggle("old", old);
  show(byId("old"), old || trouble !== "");
  setText(byId("old-text"), old ? `This picture is ${ago(age)} old. Connecting again …` : trouble);
}

// `plant` is Recorder.status (host_tools/pullcord/line/recorder.py).
export function plantTrouble({ broker, database, rival }) {
  if (broker && !broker.connected) {
    return `The line service cannot reach the broker at ${broker.address}, so nothing here moves: ${broker.reason}`;
  }
  if (database) return `Nothing is recorded now: ${database}`;
  return rival ? "Two line services record from the same broker. Stop one of them." : "";
}

// Words that float above the page for a while: outcomes whose own place is gone.
export function toast(text, good = true) {
  const box = byId("toast");
  setAttribute(box, "data-good", good);
  setText(box, text);
  show(box, true);
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => show(box, false), 8000);
}
