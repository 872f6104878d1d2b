import {SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {GradientView} from './GradientView.tsx';
import {SharpnessView} from './SharpnessView.tsx';
import {SpectrumView} from './SpectrumView.tsx';

const VIEWS = [
  {value: 'sharpness', label: 'sharpness'},
  {value: 'spectrum', label: 'spectrum'},
  {value: 'gradient', label: 'gradient check'},
] as const;
type View = (typeof VIEWS)[number]['value'];
const isView = (value: string): value is View => VIEWS.some((one) => one.value === value);

/** How J bends: along the run, in all directions of one network, and whether its gradient is right. */
export function CurvaturePanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const [view, setView] = useState<View>('sharpness');
  const tools = <SegmentedControl size="xs" aria-label="What is shown of the curvature" value={view} data={[...VIEWS]} onChange={(value) => isView(value) && setView(value)} />;
  return (
    <Panel title="Curvature" tabs={tabs} className="curvature" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {view === 'sharpness' && <SharpnessView />}
      {view === 'spectrum' && <SpectrumView />}
      {view === 'gradient' && <GradientView />}
    </Panel>
  );
}
