// The wall board: one stream in, keyed elements out. Only what changed is drawn again; times move once a second.

import { Calls, callsText, titleOf } from "./lib/calls.js";
import { ServerClock } from "./lib/clock.js";
import { command } from "./lib/command.js";
import { byId, setAttribute, setText, show } from "./lib/dom.js";
import { LampRunner } from "./lib/lamp.js";
import * as page from "./lib/page.js";
import { condition, openCalls, phaseText } from "./lib/station.js";
import { listen } from "./lib/stream.js";
import { count, duration, spoken } from "./lib/text.js";
import { Tiles } from "./lib/tiles.js";
import * as who from "./lib/who.js";

const clock = new ServerClock();
const runner = new LampRunner(clock);
const views = new Map();
const changed = new Set();
const bench = document.body.dataset.bench === "yes";
const tiles = new Tiles(byId("tiles"), runner, (path) => (bench ? `/bench/${encodeURI(path)}` : null));
const calls = new Calls(byId("call-list"), carryOut);
let plant = {};
let announced = new Set();
let drawing = false;

const on = {
  snapshot(data) {
    views.clear();
    for (const view of data.stations) views.set(view.path, view);
    plant = data.plant ?? {};
    announced = new Set(openCalls(all()).map((item) => item.key));
    tiles.arrange(all(), clock.now());
  },
  station(view) {
    views.set(view.path, view);
    changed.add(view.path);
  },
  plant(status) {
    plant = status;
  },
  clock(data) {
    clock.note(data.now);
  },
};

const all = () => [...views.values()];

function draw() {
  drawing = false;
  const now = clock.now();
  const fresh = [...changed].some((path) => !tiles.has(path));
  if (fresh) tiles.arrange(all().sort((a, b) => (a.path < b.path ? -1 : 1)), now);
  else for (const path of changed) tiles.updateTile(views.get(path), now);
  changed.clear();
  const open = openCalls(all());
  calls.show(open, now);
  announce(open);
  drawSummary(open, now);
}

// Many messages may come in one moment; they are drawn together.
function drawSoon() {
  if (drawing) return;
  drawing = true;
  setTimeout(draw, 0);
}

function everySecond() {
  for (const path of views.keys()) changed.add(path);
  draw();
  page.showAge(stream, clock, plant);
}

function drawSummary(open, now) {
  const kinds = all().map((view) => condition(view, now).kind);
  const amount = (kind) => kinds.filter((k) => k === kind).length;
  const parts = [
    amount("stopped") && count(amount("stopped"), "station stopped", "stations stopped"),
    amount("waiting") && `${amount("waiting")} waiting for restart`,
    open.length && callsText(open.length),
    amount("cutoff") && `${amount("cutoff")} cut off`,
    amount("fault") && count(amount("fault"), "fault"),
  ].filter(Boolean);
  const running = amount("running") === kinds.length && kinds.length > 0;
  setText(byId("summary"), parts.join(" · ") || (running ? "All running" : ""));
  show(byId("calm"), kinds.length > 0 && open.length === 0);
  setText(byId("calm-title"), running ? "All running" : "No open calls");
  setText(byId("calm-text"), running ? `${count(kinds.length, "station")}, no open calls.` : "See the stations for what is not running.");
  show(byId("empty"), kinds.length === 0);
  setText(byId("call-count"), callsText(open.length));
  drawStops(open, now);
}

function drawStops(open, now) {
  const stops = open.filter(({ call }) => call.stop === "stopped");
  show(byId("stops"), stops.length > 0);
  if (!stops.length) return;
  const [{ view, call }] = stops;
  const more = stops.length > 1 ? ` · and ${stops.length - 1} more` : "";
  setText(byId("stops-place"), view.name);
  setText(byId("stops-what"), `${spoken(call.category)} · ${phaseText(call)}${more}`);
  setText(byId("stops-age"), duration(now - call.started_ms));
}

// New calls are read out by a screen reader; those that were there when the page opened are not new.
function announce(open) {
  const fresh = open.filter((item) => !announced.has(item.key));
  announced = new Set(open.map((item) => item.key));
  if (fresh.length) setText(byId("news"), fresh.map((item) => `New call: ${titleOf(item)}.`).join(" "));
}

async function carryOut(row, step) {
  const { key } = row;
  const item = { view: row.view, call: row.call };
  const by = await who.known();
  if (!by) return;
  const reason = step === "resolve" ? await askReason(item) : "";
  if (reason === null) return;
  const index = [...byId("call-list").children].indexOf(row.root);
  busy(row, true, "Asking the station …", null);
  const outcome = await command(item.view.path, { do: step, call: item.call.id, by, reason });
  busy(row, false, outcome.text, outcome.good);
  if (calls.row(key) === row) return;
  page.toast(`${titleOf(item)}: ${outcome.text}`, outcome.good);
  if (document.activeElement === document.body && !calls.focusNear(index)) byId("calls").focus();
}

function busy(row, yes, text, good) {
  row.busy = yes;
  for (const button of row.buttons) setAttribute(button, "aria-disabled", yes ? "true" : null);
  setAttribute(row.outcome, "data-good", good);
  setText(row.outcome, text);
}

async function askReason(item) {
  const dialog = byId("resolve-dialog");
  setText(byId("resolve-title"), `Resolve ${titleOf(item)}`);
  const answer = await who.openDialog(dialog);
  return answer === "ok" ? dialog.querySelector("input:checked").value : null;
}

page.start();
runner.start();
const stream = listen("/api/stream", Object.keys(on), (name, data) => {
  on[name](data);
  drawSoon();
});
setInterval(everySecond, 1000);
