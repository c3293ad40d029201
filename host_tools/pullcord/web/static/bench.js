// The bench of one virtual station: hands on its pins, and beside it what it says and what was recorded.

import { ServerClock } from "./lib/clock.js";
import { post } from "./lib/command.js";
import { byId, el, setAttribute, setText, show } from "./lib/dom.js";
import { holdable } from "./lib/hands.js";
import { icon } from "./lib/icons.js";
import { makeLight } from "./lib/lamp.js";
import * as page from "./lib/page.js";
import { condition, openCalls, phaseText } from "./lib/station.js";
import { listen } from "./lib/stream.js";
import { ago, count, duration, spoken, timeOfDay } from "./lib/text.js";

const { path, light: kind, lights } = byId("station").dataset;
const clock = new ServerClock();
const light = makeLight();
let plant = {};
let view = null;
let pins = { power: false, network: false, lights: {}, pulled: [], held: {}, answers: {} };
let recorded = null;
const lastAnswers = {};
const WIRES = { "": "whole", open: "cut", short: "shorted" };

const on = {
  snapshot(data) {
    plant = data.plant;
    on.station(data.stations[0] ?? null);
  },
  station(data) {
    view = data;
    drawSays();
    fetchEvents();
  },
  plant: (data) => (plant = data),
  clock: (data) => clock.note(data.now),
  pins(data) {
    pins = data;
    drawPins();
  },
};

async function act(action) {
  const { ok, text } = await post(`/api/bench/${encodeURI(path)}`, action);
  // Letting go is always possible: it says nothing about the pull before it.
  if (ok && ["release", "take_away"].includes(action.do)) return;
  show(byId("trouble"), !ok);
  setText(byId("trouble"), ok ? "" : `Not done: ${text}.`);
}

function drawPins() {
  light.paint((name) => pins.power && pins.lights[name] === true);
  const lit = lights.split(" ").filter((name) => pins.lights[name]);
  setText(byId("lamp-text"), pins.power && lit.length ? lit.join(" + ") : "dark");
  drawFact("tone", pins.tone_hz > 0, pins.tone_hz > 0 ? `sounding, ${pins.tone_hz} Hz` : "silent");
  drawFact("permit", pins.permit, pins.permit ? "on: the line may run" : "off: the line stands");
  drawPlug("network", pins.network, "plugged in", "pulled out");
  drawPlug("power", pins.power, "on", "cut");
  for (const button of document.querySelectorAll("[data-input]")) {
    setAttribute(button, "aria-pressed", pins.pulled.includes(button.dataset.input) ? "true" : "false");
  }
  for (const wire of document.querySelectorAll("[data-wire]")) {
    setText(wire.querySelector("span"), WIRES[pins.wires?.[wire.dataset.wire] ?? ""]);
  }
  for (const reader of document.querySelectorAll("[data-reader]")) drawReader(reader, reader.dataset.reader);
}

function drawFact(id, good, text) {
  const node = byId(id);
  if (!node) return;
  setText(node, text);
  setAttribute(node, "data-on", good === true);
}

function drawPlug(id, inserted, yes, no) {
  setText(byId(id).querySelector("span"), inserted ? yes : no);
  setAttribute(byId(id), "aria-pressed", inserted ? "true" : "false");
}

// An answer light is lit for a moment; what it said stays to be read until the next card.
function drawReader(reader, name) {
  const held = pins.held[name];
  const answers = pins.answers[name] ?? [];
  if (answers.length) lastAnswers[name] = answers.join(", ");
  const card = held ? `Card ${held} lies on it.` : "No card on it.";
  const said = lastAnswers[name] ? ` ${answers.length ? "Answer light" : "Last answer"}: ${lastAnswers[name]}.` : "";
  const status = reader.querySelector(".held");
  if (status) setText(status, card + said);
}

function drawSays() {
  const now = clock.now();
  const facts = view?.state ? saidBy(view, now) : [["Board", view ? "not heard yet" : "not known to the plant yet"]];
  byId("says").replaceChildren(...facts.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))));
}

function saidBy(of, now) {
  const { state } = of;
  const { text, detail } = condition(of, now);
  const { depth, used_percent: used, failed } = state.journal;
  return [
    ["Condition", [text, detail].filter(Boolean).join(", ")],
    ...openCalls([of]).map(({ call }) => [
      spoken(call.category), `${duration(now - call.started_ms)} · ${phaseText(call)}`,
    ]),
    ["Heard", `${ago(now - of.heard_ms)} ago`],
    ["Link", [state.link.state, count(state.link.reconnects, "reconnect"), state.link.reason].filter(Boolean).join(", ")],
    ["Journal", failed ? "failed" : `${count(depth, "event")} to send, ${used}\u00a0% used`],
    ["Clock", `${state.clock.state}, within ${state.clock.error_ms}\u00a0ms`],
    ["Lamp row", state.row],
    ["Boot", `${state.boot}, after ${spoken(state.health.reset).toLowerCase()}`],
  ];
}

// Asked again only when the journal moved, and at most once at a time.
async function fetchEvents() {
  const through = view?.state?.journal.through ?? 0;
  if (recorded === through) return;
  recorded = through;
  const answer = await fetch(`/api/stations/${encodeURI(path)}/events`).catch(() => null);
  if (!answer?.ok) {
    recorded = null;
    return;
  }
  const events = await answer.json();
  show(byId("no-events"), events.length === 0);
  byId("events").replaceChildren(...events.map(eventLine));
}

function eventLine({ type, at, body }) {
  const name = type.replace(/^pullcord\./, "").replace(/\.v1$/, "");
  return el("li", {}, el("time", {}, timeOfDay(at, true)), " ", el("b", {}, name), " ", el("span", {}, gist(body)));
}

// Ids and hashes are for machines; the whole event lies in the database.
const FOR_MACHINES = /^(c-[0-9a-f]+|[0-9a-f]{12}|[0-9a-f]{16}(-\d+)?)$/;

function gist(body) {
  try {
    const words = Object.values(JSON.parse(body).data).filter((value) => typeof value === "string" && value);
    return words.filter((word) => !FOR_MACHINES.test(word)).join(" · ");
  } catch {
    return "";
  }
}

function start() {
  page.start();
  light.set(kind, Object.fromEntries(lights.split(" ").map((name) => [name, "00000000"])), 0, "Stack light at the pins");
  byId("light").append(light.root);
  for (const grip of document.querySelectorAll("[data-icon]")) grip.append(icon(grip.dataset.icon));
  for (const button of document.querySelectorAll("[data-input]")) {
    holdable(button, (what) => act({ do: what, name: button.dataset.input }));
  }
  for (const id of ["network", "power"]) byId(id).addEventListener("click", () => act({ do: id, on: !pins[id] }));
  for (const button of document.querySelectorAll("[data-wire] button")) {
    const name = button.closest("[data-wire]").dataset.wire;
    button.addEventListener("click", () => act({ do: "wire", name, fault: button.dataset.fault }));
  }
  for (const button of document.querySelectorAll("[data-reader] button")) {
    const reader = button.closest("[data-reader]");
    const uid = () => (button.dataset.do === "take_away" ? "" : reader.querySelector("select").value);
    button.addEventListener("click", () => {
      delete lastAnswers[reader.dataset.reader];
      act({ do: button.dataset.do, name: reader.dataset.reader, uid: uid() });
    });
  }
}

start();
const stream = listen(`/api/bench/${encodeURI(path)}/stream`, Object.keys(on), (name, data) => {
  on[name](data);
  page.showAge(stream, clock, plant);
});
setInterval(() => {
  page.showAge(stream, clock, plant);
  drawSays();
}, 1000);
