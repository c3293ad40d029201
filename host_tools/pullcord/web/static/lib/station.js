// What is so at a station, from its view (host_tools/pullcord/line/board.py): pure, `now` is server time in ms.

import { count, duration, moment, spoken } from "./text.js";

// A station reports every 30 s; after two missed reports, "online" is only what the broker still believes.
const SILENT_MS = 75_000;

const PHASES = ["called", "acknowledged", "arrived"];
const PHASE_ORDER = { called: 0, acknowledged: 1, arrived: 2 };

export const groupOf = (path) => path.split("/").slice(1, -1).join(" / ");

// Line by line, and st-2 before st-10.
const collator = new Intl.Collator("en", { numeric: true });
export const byName = (a, b) => collator.compare(a.path, b.path);

// Since when nothing is known of it (server ms), 0 when it is in touch, null when it was never heard.
export function cutOffSince(view, now) {
  if (view.heard_ms === null) return null;
  if (view.online === false || now - view.heard_ms > SILENT_MS) return view.heard_ms;
  return 0;
}

const isStop = (call) => call.stop === "stopped";

// Negative when `a` is more urgent: a stop that nobody took, any stop, the escalated, then the least attended, the oldest.
export function byUrgency(a, b) {
  return (
    isStop(b) - isStop(a) ||
    PHASE_ORDER[a.phase] - PHASE_ORDER[b.phase] ||
    b.level - a.level ||
    a.started_ms - b.started_ms
  );
}

export const urgentFirst = (view) => [...view.calls].sort(byUrgency);

// Every open call with its station: {key, view, call}, the most urgent first.
export function openCalls(views) {
  return views
    .flatMap((view) => view.calls.map((call) => ({ key: `${view.path} ${call.category}`, view, call })))
    .sort((a, b) => byUrgency(a.call, b.call) || (a.key < b.key ? -1 : 1));
}

// What stands still and since when: {view, what, since}, stops that nobody took first, those to restart last.
export function standing(views, open) {
  const stopped = open.filter(({ call }) => isStop(call));
  const waiting = views.filter((view) => view.state?.line?.state === "waiting");
  return [
    ...stopped.map(({ view, call }) => ({
      view, what: `${spoken(call.category)} · ${phaseText(call)}`, since: call.started_ms,
    })),
    ...waiting.map((view) => ({
      view, what: "Resolved · waiting for restart at the station", since: view.state_ms - view.state.line.age_ms,
    })),
  ];
}

// The phase in words: who has the call.
export function phaseText(call) {
  if (call.id === null) return "Felt, being stored";
  if (call.phase === "acknowledged") return call.by ? `${call.by} is on the way` : "Somebody is on the way";
  if (call.phase === "arrived") return call.by ? `${call.by} is there` : "Somebody is there";
  return call.plant ? "Nobody has it yet" : "Stored at the station";
}

// What the call does to the line, or "".
export function stopText(call, now) {
  if (call.stop === "stopped") return "Line stopped";
  if (call.stop !== "pending") return "";
  if (call.mark_at_ms === undefined) return "Stops at the mark";
  return `Stops in ${Math.max(0, Math.ceil((call.mark_at_ms - now) / 1000))} s`;
}

export const phaseIcon = (call) => (call.id === null ? "felt" : PHASES.includes(call.phase) ? call.phase : "called");

// One word or two for the tile: {kind, icon, text, detail}. The worst that is so wins.
export function condition(view, now) {
  const since = cutOffSince(view, now);
  const state = view.state;
  if (since === null || state === null) return { kind: "unheard", icon: "unheard", text: "Not heard yet", detail: "" };
  if (since) {
    return { kind: "cutoff", icon: "cutoff", text: "Cut off", detail: `since ${moment(since, now)}` };
  }
  return { ...atWork(view, state, now), ...(view.conflict ? twoBoards(view) : {}) };
}

const twoBoards = (view) => ({
  kind: "fault", icon: "fault", text: "Two boards", detail: `share this identity: ${view.conflict.uids.join(", ")}`,
});

function atWork(view, state, now) {
  const call = urgentFirst(view)[0];
  if (state.journal?.failed) return { kind: "fault", icon: "fault", text: "Cannot store", detail: "journal failed" };
  if (state.health?.safe) return { kind: "fault", icon: "fault", text: "Safe mode", detail: state.health.safe };
  if (call && isStop(call)) {
    return { kind: "stopped", icon: "stopped", text: "Stopped", detail: `${spoken(call.category)} · ${phaseText(call)}` };
  }
  if (state.line?.state === "waiting") {
    return { kind: "waiting", icon: "waiting", text: "To restart", detail: "at the station" };
  }
  if (call) {
    const stop = stopText(call, now);
    return { kind: call.phase, icon: phaseIcon(call), text: spoken(call.category), detail: stop || phaseText(call) };
  }
  if (state.faults?.length) {
    const { input, fault } = state.faults[0];
    return { kind: "fault", icon: "fault", text: "Input fault", detail: `${input} ${fault}` };
  }
  return { kind: "running", icon: "running", text: "Running", detail: pace(state.takt) };
}

// Ahead of or behind the takt, or "".
export function pace(takt) {
  if (!takt || !takt.ahead_ms) return "";
  return `${duration(Math.abs(takt.ahead_ms))} ${takt.ahead_ms < 0 ? "behind" : "ahead"}`;
}

// From here on a station says that its flash fills with what the plant has not confirmed.
const NEARLY_FULL_PERCENT = 80;

// What a technician wants to see on the tile, "" when there is nothing to see to.
export function remark(view) {
  const { depth = 0, used_percent: used = 0 } = view.state?.journal ?? {};
  if (view.problem) return "Its state cannot be read";
  if (used >= NEARLY_FULL_PERCENT) return `Journal ${used} % full`;
  if (view.state?.muted) return "Muted";
  return depth > 3 ? `${count(depth, "event")} to send` : "";
}

// Where the pattern of the lamp begins: a station without a set clock counts from its own boot.
export function lampOrigin(view) {
  const { state, state_ms: at } = view;
  return state.time ? 0 : at - state.uptime;
}
