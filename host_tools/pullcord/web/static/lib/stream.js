// The page's one connection to the line service. It is opened again by itself, and it knows how old its news is.

const SILENT_MS = 7000;
const AGAIN_MS = 1500;
export const OLD_MS = 5000;

// on(name, data) is called for each of `names`. Returns an object whose age() is the ms since anything was heard.
export function listen(url, names, on) {
  let source = null;
  let heard = performance.now();
  let opened = heard;

  const take = (event) => {
    heard = performance.now();
    on(event.type, JSON.parse(event.data));
  };
  const open = () => {
    source?.close();
    opened = performance.now();
    source = new EventSource(url);
    for (const name of names) source.addEventListener(name, take);
  };
  // The browser resumes a broken connection itself (with Last-Event-ID), but gives up on an error answer and
  // waits for ever on a half-open one.
  const check = () => {
    const quiet = performance.now() - Math.max(heard, opened);
    const closed = source.readyState === EventSource.CLOSED;
    if ((closed && quiet > AGAIN_MS) || quiet > SILENT_MS) open();
  };
  open();
  setInterval(check, 1000);
  addEventListener("pageshow", check);
  return { age: () => performance.now() - heard };
}
