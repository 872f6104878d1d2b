import {Tooltip} from '@mantine/core';

interface Props {
  readonly label: string;
  readonly title: string;
  readonly pressed: boolean;
  readonly onToggle: (pressed: boolean) => void;
}

/** A small on/off word, such as "log y". */
export function Toggle({label, title, pressed, onToggle}: Props) {
  return (
    <Tooltip label={title}>
      <button type="button" className="toggle" aria-pressed={pressed} onClick={() => onToggle(!pressed)}>
        {label}
      </button>
    </Tooltip>
  );
}
