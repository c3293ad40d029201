// The server's clock as this page knows it. Lamps and running times follow it, not the clock of the TV.

const KEPT = 8;

export class ServerClock {
  constructor() {
    this.samples = [];
    this.offset = 0;
  }

  // A message can only arrive late, never early: of the latest samples, the largest offset is the truest.
  note(serverMs) {
    this.samples.push(serverMs - Date.now());
    if (this.samples.length > KEPT) this.samples.shift();
    this.offset = Math.max(...this.samples);
  }

  now() {
    return Date.now() + this.offset;
  }
}
