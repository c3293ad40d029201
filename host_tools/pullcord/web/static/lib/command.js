// Sends JSON to the line service and says in one sentence what came of it.

const PATIENCE_MS = 9000;

// {ok, body, text}: body is the answer; text says what went wrong when ok is false.
export async function post(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = await answer.json().catch(() => ({}));
    const detail = typeof said.detail === "string" ? said.detail : `the line service answered ${answer.status}`;
    return { ok: answer.ok, body: said, text: answer.ok ? "" : detail };
  } catch (error) {
    const why = error.name === "TimeoutError" ? "the line service did not answer" : "the line service cannot be reached";
    return { ok: false, body: {}, text: `${why}; see whether it still runs` };
  }
}

const WHY = {
  mismatch: "that call is no longer open at the station",
  expired: "it reached the station too late",
  repeated: "the station has already done it",
  unset_clock: "the station's clock is not set yet",
  unknown: "the station does not know this command",
};

// The outcome for the person who pressed: {good, text}.
export async function command(path, order) {
  const { ok, body, text } = await post(`/api/stations/${encodeURI(path)}/commands`, order);
  if (!ok) return { good: false, text: `Not sent: ${text}.` };
  if (body.result === "done") return { good: true, text: "Done." };
  if (body.result === "no broker") return { good: false, text: `Not sent: ${body.why || "no broker"}.` };
  if (body.result === "no answer") {
    return { good: false, text: "No answer from the station in 5 s; it may be cut off. Watch its lamp." };
  }
  return { good: false, text: `Refused: ${body.why || WHY[body.result] || body.result}.` };
}
