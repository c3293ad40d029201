// The list of virtual stations is plain links; only the header lives.

import { ServerClock } from "./lib/clock.js";
import * as page from "./lib/page.js";
import { listen } from "./lib/stream.js";

const clock = new ServerClock();
let plant = {};
const on = {
  snapshot: (data) => (plant = data.plant),
  plant: (data) => (plant = data),
  clock: (data) => clock.note(data.now),
};

page.start();
const stream = listen("/api/stream", Object.keys(on), (name, data) => {
  on[name](data);
  page.showAge(stream, clock, plant);
});
setInterval(() => page.showAge(stream, clock, plant), 1000);
