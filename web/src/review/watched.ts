/** A state that others watch: components at every change of it, painters at every change of what is shown. */
export abstract class Watched<State> {
  abstract state: State;
  private listeners = new Set<() => void>();
  private painters = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  /** Painters are called at every change of what the grid shows, thumbnails included. */
  onPaint(painter: () => void): () => void {
    this.painters.add(painter);
    return () => this.painters.delete(painter);
  }
  redraw(): void {
    for (const painter of this.painters) painter();
  }
  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
    this.redraw();
  }
}
