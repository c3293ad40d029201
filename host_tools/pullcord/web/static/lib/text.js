// Numbers and names as people read them.

// 75 000 ms -> "1:15"; 3 700 000 ms -> "1:01:40".
export function duration(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

// How long ago, in words short enough for a sentence: "7 s", "1:15 min".
export const ago = (ms) => (ms < 60_000 ? `${Math.floor(Math.max(0, ms) / 1000)} s` : `${duration(ms)}${ms < 3_600_000 ? " min" : " h"}`);

// The time of day on the wall: "14:05".
export function timeOfDay(unixMs, seconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Date(unixMs).toLocaleTimeString("en-GB", seconds ? { ...options, second: "2-digit" } : options);
}

// "14:05" today, "Tue 14:05" or "3 Nov 14:05" before.
export function moment(unixMs, nowMs) {
  const day = (ms) => new Date(ms).toDateString();
  if (day(unixMs) === day(nowMs)) return timeOfDay(unixMs);
  const date = new Date(unixMs).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${date} ${timeOfDay(unixMs)}`;
}

// "tool_worn" -> "Tool worn".
export function spoken(code) {
  const words = String(code).replaceAll("_", " ").replaceAll("-", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
