import type { Dispatch } from "react";
import type { Action, State } from "../core/state";
import { useWords } from "../words";
import { Icon } from "./Icon";
import { STAGE_SIDE } from "./Stage";

interface Props {
  state: State;
  kept: boolean;
  resolution: number;
  dispatch: Dispatch<Action>;
  anew: () => void;
  like: () => void;
  favourite: () => void;
  save: (exact: boolean) => void;
  share: () => void;
}

/** What one does with the drawing on the stage. */
export function Actions({ state, kept, resolution, dispatch, anew, like, favourite, save, share }: Props) {
  const words = useWords();
  return (
    <div className="actions row">
      <button
        type="button"
        className="button icon"
        aria-label={words.undo}
        title={`${words.undo} (Z)`}
        disabled={state.past.length === 0}
        onClick={() => dispatch({ type: "undo" })}
      >
        <Icon name="undo" />
      </button>
      <button type="button" className="button primary anew" title={`${words.anew} (N)`} onClick={anew}>
        <Icon name="dice" />
        {words.anew}
      </button>
      <button
        type="button"
        className="button icon"
        aria-label={words.redo}
        title={`${words.redo} (Y)`}
        disabled={state.future.length === 0}
        onClick={() => dispatch({ type: "redo" })}
      >
        <Icon name="redo" />
      </button>
      <button type="button" className="button like" title={`${words.like} (L)`} onClick={like}>
        <Icon name="like" />
        <span className="wide">{words.like}</span>
      </button>
      <button
        type="button"
        className="button icon heart"
        aria-label={kept ? words.unfavourite : words.favourite}
        title={`${kept ? words.unfavourite : words.favourite} (F)`}
        aria-pressed={kept}
        onClick={favourite}
      >
        <Icon name="heart" filled={kept} />
      </button>
      <button type="button" className="button" popoverTarget="save-menu" title={`${words.save} (S)`}>
        <Icon name="save" />
        <span className="wide">{words.save}</span>
      </button>
      <div id="save-menu" popover="auto" className="menu">
        {[false, true].map((exact) => (
          <button
            key={String(exact)}
            type="button"
            className="button quiet"
            popoverTarget="save-menu"
            popoverTargetAction="hide"
            onClick={() => save(exact)}
          >
            {exact ? words.saveExact : words.saveLarge}{" "}
            <span className="soft">{exact ? resolution : STAGE_SIDE} px</span>
          </button>
        ))}
      </div>
      <button type="button" className="button" title={`${words.share} (C)`} onClick={share}>
        <Icon name="link" />
        <span className="wide">{words.share}</span>
      </button>
    </div>
  );
}
