import { useId } from "react";

interface Props {
  label: string;
  hint?: string;
  value: number;
  min: number;
  max: number;
  step: number;
  shown?: string;
  change: (value: number) => void;
  settle: () => void;
}

/** A named slider; `settle` comes when the hand leaves it. */
export function Slider({ label, hint, value, min, max, step, shown, change, settle }: Props) {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>
        {label} <span className="soft">{shown ?? value}</span>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => change(Number(event.target.value))}
        onPointerUp={settle}
        onBlur={settle}
      />
      {hint && (
        <p id={`${id}-hint`} className="soft hint">
          {hint}
        </p>
      )}
    </div>
  );
}
