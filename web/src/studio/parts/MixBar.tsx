import { type Dispatch, useEffect, useRef } from "react";
import type { Mix, Scene } from "../core/scene";
import type { Action } from "../core/state";
import type { Engine } from "../engine/studio";
import { useWords } from "../words";
import { Icon } from "./Icon";
import { Picture } from "./Picture";
import { Slider } from "./Slider";

interface Props {
  engine: Engine;
  scene: Scene;
  mix: Mix;
  labelled: boolean;
  playing: boolean;
  setPlaying: (on: boolean) => void;
  record: (() => void) | null;
  dispatch: Dispatch<Action>;
}

/** Between two drawings: one slider, or one for the face and one for its features; and the transition, played. */
export function MixBar({ engine, scene, mix, labelled, playing, setPlaying, record, dispatch }: Props) {
  const words = useWords();
  const { drawing } = scene;
  const { partner } = mix;
  useEffect(() => engine.order("ends", [drawing, partner], 0), [engine, drawing, partner]);
  usePlayed(playing, mix.shape, (shape) =>
    dispatch({ type: "mix", change: { shape, together: true }, gesture: "play" }),
  );
  const settle = () => dispatch({ type: "settle" });
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return (
    <section className="mixbar" aria-label={words.mixing}>
      <div className="ends">
        <button
          type="button"
          className="thumb"
          aria-label={`${words.mixing}: 0 %`}
          onClick={() => dispatch({ type: "mix", change: { shape: 0, looks: 0 } })}
        >
          <Picture engine={engine} drawing={drawing} side={0} />
        </button>
        <div className="sliders">
          <Slider
            label={mix.together ? words.shape : words.face}
            value={mix.shape}
            shown={percent(mix.shape)}
            min={0}
            max={1}
            step={0.01}
            change={(shape) => dispatch({ type: "mix", change: { shape }, gesture: "shape" })}
            settle={settle}
          />
          {labelled && !mix.together && (
            <Slider
              label={words.looks}
              value={mix.looks}
              shown={percent(mix.looks)}
              min={0}
              max={1}
              step={0.01}
              change={(looks) => dispatch({ type: "mix", change: { looks }, gesture: "looks" })}
              settle={settle}
            />
          )}
        </div>
        <button
          type="button"
          className="thumb"
          aria-label={`${words.mixing}: 100 %`}
          onClick={() => dispatch({ type: "mix", change: { shape: 1, looks: 1 } })}
        >
          <Picture engine={engine} drawing={partner} side={0} />
        </button>
      </div>
      <div className="row">
        <button type="button" className="button primary" onClick={() => dispatch({ type: "keepMix" })}>
          <Icon name="check" />
          {words.keepMix}
        </button>
        <button type="button" className="button" aria-pressed={playing} onClick={() => setPlaying(!playing)}>
          <Icon name={playing ? "pause" : "play"} />
          {playing ? words.pause : words.play}
        </button>
        {record && (
          <button type="button" className="button" onClick={record}>
            <Icon name="video" />
            {words.video}
          </button>
        )}
        <button
          type="button"
          className="button icon"
          aria-label={words.swap}
          title={words.swap}
          onClick={() => dispatch({ type: "swap" })}
        >
          <Icon name="swap" />
        </button>
        {labelled && (
          <button
            type="button"
            className="button"
            aria-pressed={!mix.together}
            onClick={() => dispatch({ type: "mix", change: { together: !mix.together } })}
          >
            {words.apart}
          </button>
        )}
      </div>
      <button
        type="button"
        className="button icon quiet leave"
        aria-label={words.leaveMix}
        title={`${words.leaveMix} (Esc)`}
        onClick={() => dispatch({ type: "leaveMix" })}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}

const CROSSING_S = 2.4;

/** The places that playing stops at: few enough that all are kept once they were drawn. */
export const PLAYED = Array.from({ length: 49 }, (_, i) => i / 48);

/** Move `shape` to and fro while playing, eased at the ends; a step a painted frame. */
function usePlayed(playing: boolean, shape: number, show: (shape: number) => void): void {
  const latest = useRef({ shape, show });
  latest.current = { shape, show };
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let start: number | null = null;
    const phase = Math.acos(1 - 2 * latest.current.shape) / Math.PI; // go on from where the slider is
    const step = (now: number) => {
      start ??= now;
      const part = phase + (now - start) / 1000 / CROSSING_S;
      const eased = (1 - Math.cos(part * Math.PI)) / 2;
      latest.current.show(PLAYED[Math.round(eased * 48)] ?? eased);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing]);
}
