/** The clock of what is kept fresh. It stands still while nobody looks, and whenever it is told to. */
const PAUSED = 'tokentally.paused';
const EVERY_MILLISECONDS = 5_000;

class Live extends EventTarget {
  #timer = setInterval(() => this.#tick(), EVERY_MILLISECONDS);

  get paused() {
    return sessionStorage.getItem(PAUSED) === 'true';
  }

  set paused(paused) {
    sessionStorage.setItem(PAUSED, String(paused));
    this.dispatchEvent(new Event('change'));
    this.#tick();
  }

  #tick() {
    if (!this.paused && !document.hidden) this.dispatchEvent(new Event('tick'));
  }
}

export const live = new Live();

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !live.paused) live.dispatchEvent(new Event('tick'));
});
