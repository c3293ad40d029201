// A button that is held like a cord: down pulls, up releases, by pointer or by Space and Enter.

// A hand does not let go within a contact's bounce, and a click must be a real pull.
const SHORTEST_MS = 150;

// act(what) sends "pull", "release" or "press" and resolves when it is done; the order is kept.
export function holdable(button, act) {
  let turn = Promise.resolve();
  let down = 0;
  const then = (work) => (turn = turn.then(work, work));
  const pull = () => {
    if (down) return;
    down = performance.now();
    then(() => act("pull"));
  };
  const release = () => {
    if (!down) return;
    const rest = SHORTEST_MS - (performance.now() - down);
    down = 0;
    then(() => new Promise((done) => setTimeout(done, Math.max(0, rest)))).then(() => act("release"));
  };
  const isKey = (event) => event.key === " " || event.key === "Enter";

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    pull();
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(name, release);
  button.addEventListener("keydown", (event) => {
    if (!isKey(event)) return;
    event.preventDefault();
    if (!event.repeat) pull();
  });
  button.addEventListener("keyup", (event) => {
    if (isKey(event)) release();
  });
  // A click without a pointer or a key comes from a screen reader or a voice.
  button.addEventListener("click", (event) => {
    if (event.detail === 0 && !event.pointerType) then(() => act("press"));
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}
