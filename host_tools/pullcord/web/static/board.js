// The wall board: one stream in, keyed elements out. Only what changed is drawn again; times move once a second.

import { Calls, callsText, titleOf } from "./lib/calls.js";
import { ServerClock } from "./lib/clock.js";
import { command } from "./lib/command.js";
import { byId, setAttribute, setText, show } from "./lib/dom.js";
import { LampRunner } from "./lib/lamp.js";
import * as page from "./lib/page.js";
import { byName, condition, openCalls, standing } from "./lib/station.js";
import { listen } from "./lib/stream.js";
import { count, duration } from "./lib/text.js";
import { Tiles } from "./lib/tiles.js";
import * as who from "./lib/who.js";

// How long an outcome counts as fresh when its row goes.
const TOLD_MS = 5000;

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
let told = null;

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

const all = () => [...views.values()].sort(byName);

function draw() {
  drawing = false;
  const now = clock.now();
  const fresh = [...changed].some((path) => !tiles.has(path));
  if (fresh) tiles.arrange(all(), now);
  else for (const path of changed) tiles.updateTile(views.get(path), now);
  changed.clear();
  const open = openCalls(all());
  calls.show(open, now);
  tellOfGone();
  announce(open);
  drawSummary(open, now);
  page.showAge(stream, clock, plant);
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
}

function drawSummary(open, now) {
  const kinds = all().map((view) => condition(view, now).kind);
  const amount = (kind) => kinds.filter((k) => k === kind).length;
  const running = kinds.length > 0 && amount("running") === kinds.length;
  const parts = [
    [amount("stopped"), "stopped"],
    [amount("waiting"), "to restart"],
    [open.length, open.length === 1 ? "call" : "calls"],
    [amount("cutoff"), "cut off"],
    [amount("fault"), amount("fault") === 1 ? "fault" : "faults"],
  ];
  const said = parts.filter(([n]) => n).map(([n, what]) => `${n}\u00a0${what.replaceAll(" ", "\u00a0")}`).join(" · ");
  setText(byId("summary"), said || (running ? "All running" : ""));
  setText(byId("call-count"), callsText(open.length));
  drawCalm(kinds.length, open.length === 0, running);
  drawStops(standing(all(), open), now);
}

function drawCalm(stations, quiet, running) {
  show(byId("empty"), stations === 0);
  show(byId("calm"), stations > 0 && quiet);
  setText(byId("calm-title"), running ? "All running" : "No open calls");
  setText(byId("calm-text"), running ? `${count(stations, "station")}, no open calls` : "See the stations for what is not running.");
}

function drawStops(stops, now) {
  show(byId("stops"), stops.length > 0);
  if (!stops.length) return;
  const [{ view, what, since }] = stops;
  setText(byId("stops-place"), view.name);
  setText(byId("stops-what"), stops.length > 1 ? `${what} · and ${stops.length - 1} more` : what);
  setText(byId("stops-age"), duration(now - since));
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
  told = { key, row, index, outcome, title: titleOf(item), until: performance.now() + TOLD_MS };
  drawSoon();
}

// The answer and the news that the call is closed come by different ways: whichever is first, the outcome is seen,
// and the keyboard goes on beside the row that went.
function tellOfGone() {
  if (!told || calls.row(told.key) === told.row) return;
  if (performance.now() < told.until) {
    page.toast(`${told.title}: ${told.outcome.text}`, told.outcome.good);
    if (document.activeElement === document.body && !calls.focusNear(told.index)) byId("calls").focus();
  }
  told = null;
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
