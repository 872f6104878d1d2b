import {Tooltip} from '@mantine/core';

interface Props {
  readonly label: string;
  /** What it does, or why it can't be had. */
  readonly title: string;
  readonly pressed: boolean;
  readonly onToggle: (pressed: boolean) => void;
  readonly disabled?: boolean;
}

/** A small on/off word, such as "log y". A disabled one can still be reached, so that its reason is heard. */
export function Toggle({label, title, pressed, onToggle, disabled = false}: Props) {
  return (
    <Tooltip label={title} multiline={title.length > 60} w={title.length > 60 ? 280 : 'auto'}>
      <button
        type="button"
        className="toggle"
        aria-pressed={pressed}
        aria-disabled={disabled || undefined}
        aria-description={disabled ? title : undefined}
        onClick={() => !disabled && onToggle(!pressed)}
      >
        {label}
      </button>
    </Tooltip>
  );
}
