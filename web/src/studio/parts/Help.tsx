import { useEffect, useRef } from "react";
import { useWords } from "../words";
import { Icon } from "./Icon";

/** A dialog of the browser's own: focus stays inside, Escape closes it. */
export function Dialog({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: React.ReactNode;
}) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <button type="button" className="button icon quiet" aria-label={words.close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}

export function Help({ close }: { close: () => void }) {
  const words = useWords();
  const { keys } = words;
  const rows: [string[], string][] = [
    [["Space", "N"], keys.anew],
    [["Z", "Y"], keys.undo],
    [["F"], keys.favourite],
    [["S", "Shift S"], keys.save],
    [["C"], keys.share],
    [["D", "G", "L", "K"], keys.views],
    [["A", "U"], keys.locks],
    [["I"], keys.noise],
    [["[", "]"], keys.truncation],
    [["M"], keys.mix],
    [[",", "."], keys.mixMove],
    [["P"], keys.play],
    [["Enter", "Esc"], keys.mixKeep],
    [["←", "→", "↑", "↓"], keys.move],
    [["T"], keys.theme],
    [["?"], keys.help],
  ];
  return (
    <Dialog title={words.help} close={close}>
      <p className="soft">{words.mixHint}</p>
      <dl className="keys">
        {rows.map(([pressed, what]) => (
          <div key={what + pressed[0]}>
            <dt>
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
