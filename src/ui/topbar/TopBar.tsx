import {ActionIcon, Menu, SegmentedControl, useMantineColorScheme} from '@mantine/core';
import type {BasinState, Phase, Speed} from '../../state/types.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {fileNameOf, saveFile} from '../download.ts';
import {number} from '../format.ts';
import {useLive} from '../live.ts';
import {useLargerType} from '../settings.ts';
import {toggleRun} from '../shortcuts.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Icon, Mark} from '../widgets/icons.tsx';
import {BackendBadge} from './BackendBadge.tsx';
import {PresetMenu} from './PresetMenu.tsx';
import {ShareButton} from './ShareButton.tsx';

const SPEEDS: readonly {readonly value: string; readonly label: string; readonly speed: Speed}[] = [
  {value: '1', label: '1/s', speed: 1},
  {value: '10', label: '10/s', speed: 10},
  {value: '100', label: '100/s', speed: 100},
  {value: 'max', label: 'max', speed: 'max'},
];

interface Props {
  /** On a phone: the rarer buttons go into a menu, and the notes are a tab. */
  readonly compact: boolean;
  readonly onHelp: () => void;
  readonly notesOpen: boolean;
  readonly onNotes: () => void;
}

export function TopBar({compact, onHelp, notesOpen, onNotes}: Props) {
  return (
    <header className="topbar">
      <h1 className="wordmark">
        <Mark /> <span>Basin</span>
      </h1>
      <PresetMenu />
      <Transport compact={compact} />
      <div className="topbar-end">
        <BackendBadge />
        <ShareButton />
        {compact ? (
          <MoreMenu onHelp={onHelp} />
        ) : (
          <>
            <IconButton icon="download" label="Download the results (JSON)" onClick={downloadResults} />
            <LookButtons />
            <IconButton icon="help" label="Help and shortcuts (?)" onClick={onHelp} />
            <IconButton
              icon="notes"
              label={notesOpen ? 'Hide the notes' : 'Show the notes'}
              expanded={notesOpen}
              onClick={onNotes}
            />
          </>
        )}
      </div>
    </header>
  );
}

const RUN_WORDS: Partial<Record<Phase, string>> = {running: 'Pause', paused: 'Go on', finished: 'Run again'};

function Transport({compact}: {readonly compact: boolean}) {
  const phase = useBasin((state) => state.phase);
  const speed = useBasin((state) => state.speed);
  const racing = useBasin((state) => state.racing);
  const idle = phase === 'starting' || phase === 'broken';
  return (
    <fieldset className="transport" aria-label="Race controls">
      <button type="button" className="run" data-testid="run-button" disabled={phase === 'broken'} onClick={toggleRun}>
        <Icon name={racing ? 'pause' : 'play'} size={16} />
        <span>{racing && phase === 'starting' ? 'Starting …' : phase === 'finished' && compact ? 'Again' : (RUN_WORDS[phase] ?? 'Run')}</span>
      </button>
      <IconButton icon="step" label="One iteration each (→)" testId="step-button" disabled={idle} onClick={actions.step} />
      <IconButton icon="reset" label="Back to the start (R)" testId="reset-button" disabled={idle} onClick={actions.reset} />
      <SegmentedControl
        className="speed"
        size="xs"
        aria-label="Speed, iterations a second"
        value={String(speed)}
        data={SPEEDS.map(({value, label}) => ({value, label}))}
        onChange={(value) => actions.setSpeed(SPEEDS.find((one) => one.value === value)?.speed ?? 'max')}
      />
      <RaceProgress />
    </fieldset>
  );
}

/** How much of the budget the contestants have used, on average; one that has ended counts as done. */
const selectShare = ({experiment, runs}: BasinState): number => {
  const {axis, amount} = experiment.budget;
  const used = {iterations: 'iteration', evaluations: 'evaluations', seconds: 'seconds'} as const;
  const shares = runs.map((run) => (run.ending ? 1 : Math.min(run.progress[used[axis]] / amount, 1)));
  return shares.length ? Math.round((100 * shares.reduce((sum, one) => sum + one, 0)) / shares.length) : 0;
};

function RaceProgress() {
  const share = useLive(selectShare, 200);
  return (
    <div
      className="race-progress"
      role="progressbar"
      aria-label="Race"
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span className="race-progress-track">
        <span style={{width: `${share}%`}} />
      </span>
      <span className="figure">{number(share, 3)} %</span>
    </div>
  );
}

const NEXT_SCHEME = {auto: 'light', light: 'dark', dark: 'auto'} as const;
const SCHEME_ICON = {auto: 'auto', light: 'sun', dark: 'moon'} as const;

function LookButtons() {
  const {colorScheme, setColorScheme} = useMantineColorScheme();
  const [larger, toggleLarger] = useLargerType();
  const next = NEXT_SCHEME[colorScheme];
  return (
    <>
      <IconButton icon="type" label="Larger type, for a projector" pressed={larger} onClick={toggleLarger} />
      <IconButton
        icon={SCHEME_ICON[colorScheme]}
        label={`Theme: ${colorScheme}; change to ${next}`}
        onClick={() => setColorScheme(next)}
      />
    </>
  );
}

function MoreMenu({onHelp}: {readonly onHelp: () => void}) {
  const {colorScheme, setColorScheme} = useMantineColorScheme();
  const [larger, toggleLarger] = useLargerType();
  const next = NEXT_SCHEME[colorScheme];
  return (
    <Menu position="bottom-end" width={260} trapFocus returnFocus>
      <Menu.Target>
        <ActionIcon className="icon-button" color="gray" aria-label="More">
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="download" />} onClick={downloadResults}>
          Download the results
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="type" />} onClick={toggleLarger}>
          {larger ? 'Normal type' : 'Larger type'}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name={SCHEME_ICON[colorScheme]} />} onClick={() => setColorScheme(next)}>
          Theme: {colorScheme}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="help" />} onClick={onHelp}>
          Help
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function downloadResults(): void {
  const {title} = useBasin.getState().experiment;
  saveFile(fileNameOf(title, 'results', 'json'), new Blob([actions.exportResults()], {type: 'application/json'}));
}
