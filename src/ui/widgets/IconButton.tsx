import {ActionIcon, Tooltip} from '@mantine/core';
import {Icon, type IconName} from './icons.tsx';

interface Props {
  readonly icon: IconName;
  /** Said by screen readers and shown as tooltip. */
  readonly label: string;
  readonly onClick?: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly testId?: string;
  readonly size?: number;
}

export function IconButton({icon, label, onClick, disabled = false, pressed, expanded, testId, size = 30}: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        className="icon-button"
        variant="subtle"
        color="gray"
        size={size}
        aria-label={label}
        aria-pressed={pressed}
        aria-expanded={expanded}
        data-testid={testId}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}
