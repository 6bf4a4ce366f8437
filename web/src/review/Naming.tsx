/** Naming the classes that the number keys stand for. */

import { useEffect, useRef, useState } from "react";
import type { State } from "./state";
import type { Review } from "./store";

export function Naming({ review, state }: { review: Review; state: State }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [names, setNames] = useState(() => Array.from({ length: 10 }, (_, i) => state.classes[i] ?? ""));
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => review.set({ naming: false });
  return (
    <dialog ref={dialog} onClose={close} aria-label="Classes">
      <form
        className="naming"
        onSubmit={(event) => {
          event.preventDefault();
          review.setClasses([...new Set(names.map((name) => name.trim()).filter(Boolean))]);
        }}
      >
        <h2>Classes</h2>
        <p className="soft">Such as nine characters and “other”. Each gets the number key beside it.</p>
        <ol>
          {names.map((name, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is what a key stands for
            <li key={i}>
              <kbd>{(i + 1) % 10}</kbd>
              <input
                aria-label={`Class of key ${(i + 1) % 10}`}
                value={name}
                maxLength={80}
                onChange={(event) => setNames(names.map((old, k) => (k === i ? event.target.value : old)))}
              />
            </li>
          ))}
        </ol>
        <div className="row">
          <button type="submit" className="button primary">
            Keep these
          </button>
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
