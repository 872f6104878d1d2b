import {Menu, NativeSelect} from '@mantine/core';
import type {View} from '../../core/experiment.ts';
import {actions} from '../../state/basin.ts';
import {number} from '../format.ts';
import {colourAt, cssColour, type Ink} from '../palette.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {type Surface, valueAtShade} from './surface.ts';

export type PictureKind = 'png' | 'svg';

interface Props {
  readonly surface: Surface;
  readonly ink: Ink;
  readonly view: View;
  /** Why there can be no third dimension here; null where there can. */
  readonly flatBecause: string | null;
  readonly onSave: (kind: PictureKind) => void;
}

/** Percentiles on offer; another that came by a link is offered beside them. */
const CLIPS = [100, 99, 95, 90, 75];

/** What the colours mean, how they are chosen, and what else can be done with the picture. */
export function ScaleBar({surface, ink, view, flatBecause, onSave}: Props) {
  const gradient = (from: number): string => {
    const stops = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((t) => cssColour(colourAt(ink.landscape, from + t)));
    return `linear-gradient(to right, ${stops.join(', ')})`;
  };
  const clips = CLIPS.includes(view.clipColour) ? CLIPS : [...CLIPS, view.clipColour].sort((a, b) => b - a);
  return (
    <div className="colour-bar">
      <div className="colour-scale">
        <span>J</span>
        <span>{number(surface.low, 3)}</span>
        <span className="colour-ramp" style={{background: gradient(0)}} />
        <span className="colour-middle">{number(valueAtShade(surface, 0.5), 3)}</span>
        <span className="colour-ramp" style={{background: gradient(0.5)}} />
        <span>
          {surface.peak > surface.high && '≥ '}
          {number(surface.high, 3)}
        </span>
      </div>
      <Toggle label="log" title="Logarithmic colours" pressed={view.logColour} onToggle={(logColour) => actions.setView({logColour})} />
      <NativeSelect
        className="colour-clip"
        size="xs"
        aria-label="End of the colour scale"
        title="Where the colour scale ends: at the highest J, or at a percentile of the map"
        value={String(view.clipColour)}
        data={clips.map((clip) => ({value: String(clip), label: clip === 100 ? 'no clip' : `clip ${number(clip)} %`}))}
        onChange={(event) => actions.setView({clipColour: Number(event.currentTarget.value)})}
      />
      <Toggle
        label="3-D"
        title={flatBecause ?? 'J as height: drag to turn, wheel or two fingers to zoom'}
        pressed={view.relief && flatBecause === null}
        disabled={flatBecause !== null}
        onToggle={(relief) => actions.setView({relief})}
      />
      <Menu position="top-end">
        <Menu.Target>
          <IconButton icon="download" label="Save the picture" size={24} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onSave('png')}>PNG image</Menu.Item>
          <Menu.Item onClick={() => onSave('svg')}>SVG drawing</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
