import {Tooltip} from '@mantine/core';
import {Icon} from '../widgets/icons.tsx';
import {Tex} from '../widgets/Tex.tsx';

interface Props {
  readonly htmlFor: string;
  readonly label: string;
  readonly help: string;
  readonly symbol?: string | undefined;
}

/** Name, symbol and an explanation that opens on hover, focus or touch. */
export function FieldLabel({htmlFor, label, help, symbol}: Props) {
  return (
    <span className="field-label">
      <label htmlFor={htmlFor}>
        {label} {symbol && <Tex source={symbol} />}
      </label>
      <Tooltip label={help} multiline w={260} events={{hover: true, focus: true, touch: true}}>
        <button type="button" className="hint" aria-label={`About ${label}: ${help}`}>
          <Icon name="info" size={14} />
        </button>
      </Tooltip>
    </span>
  );
}
