import {useMediaQuery} from '@mantine/hooks';
import {useCallback, useEffect, useState} from 'react';
import {useBasin} from '../state/basin.ts';
import {isSurface} from '../state/fitting.ts';
import {Announcer} from './Announcer.tsx';
import {FaultBanner} from './FaultBanner.tsx';
import {InstrumentPlace} from './InstrumentPlace.tsx';
import {LandscapePanel} from './landscape/LandscapePanel.tsx';
import {FindingStrip} from './notes/FindingStrip.tsx';
import {NotesPanel} from './notes/NotesPanel.tsx';
import {RacePanel} from './race/RacePanel.tsx';
import {useNotesOpen} from './settings.ts';
import {SetupPanel} from './setup/SetupPanel.tsx';
import {useShortcuts} from './shortcuts.ts';
import {HelpDialog} from './topbar/HelpDialog.tsx';
import {TopBar} from './topbar/TopBar.tsx';
import {Icon, type IconName} from './widgets/icons.tsx';

export function App() {
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768, {getInitialValueInEffect: false});
  const [help, setHelp] = useState(false);
  const [notesOpen, toggleNotes] = useNotesOpen();
  const openHelp = useCallback(() => setHelp(true), []);
  useShortcuts(openHelp);
  return (
    <div className="page">
      <TopBar compact={phone} onHelp={openHelp} notesOpen={notesOpen} onNotes={toggleNotes} />
      <FaultBanner />
      <BrokenBanner />
      {phone ? <PhoneBoard /> : <DeskBoard notesOpen={notesOpen} />}
      <HelpDialog opened={help} onClose={() => setHelp(false)} />
      <Announcer />
    </div>
  );
}

function BrokenBanner() {
  const broken = useBasin((state) => state.phase === 'broken' && state.fault === null);
  const why = useBasin((state) => state.engine.notices.at(-1) ?? state.engine.report?.reason);
  if (!broken) return null;
  return (
    <div className="fault" role="alert">
      <p>
        <b>The engine could not start.</b> {why ?? 'No way to compute was found in this browser.'} Choose another engine in the
        badge above, or load the page again.
      </p>
    </div>
  );
}

type Place = 'race' | 'landscape' | 'instrument';

/** Controls left, pictures in the middle, words on the right; one instrument may take the whole middle. */
function DeskBoard({notesOpen}: {readonly notesOpen: boolean}) {
  const [enlarged, setEnlarged] = useState<Place | null>(null);
  useEffect(() => {
    if (!enlarged) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"], [role="menu"]'))
        setEnlarged(null);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enlarged]);
  const frame = (which: Place) => ({
    enlarged: enlarged === which,
    onEnlarge: () => setEnlarged(enlarged === which ? null : which),
  });
  const surface = useBasin((state) => isSurface(state.experiment));
  const shows = (which: Place): boolean => enlarged === null || enlarged === which;
  return (
    <main className="board" data-notes={notesOpen}>
      <aside className="column setup" aria-label="Experiment">
        <SetupPanel />
      </aside>
      <div className="centre" data-enlarged={enlarged ?? undefined} data-map={surface || undefined}>
        {shows('race') && <RacePanel {...frame('race')} />}
        {shows('race') && <FindingStrip />}
        {shows('landscape') && <LandscapePanel {...frame('landscape')} />}
        {shows('instrument') && <InstrumentPlace {...frame('instrument')} />}
      </div>
      {notesOpen && (
        <aside className="column notes" aria-label="Notes">
          <NotesPanel />
        </aside>
      )}
    </main>
  );
}

const TABS: readonly {readonly id: string; readonly label: string; readonly icon: IconName}[] = [
  {id: 'setup', label: 'Setup', icon: 'sliders'},
  {id: 'race', label: 'Race', icon: 'curve'},
  {id: 'landscape', label: 'Landscape', icon: 'contour'},
  {id: 'instruments', label: 'Instruments', icon: 'split'},
  {id: 'notes', label: 'Notes', icon: 'notes'},
];

/** The same in tabs. */
function PhoneBoard() {
  const [tab, setTab] = useState('race');
  return (
    <>
      <main className="board phone" data-tab={tab}>
        {tab === 'setup' && (
          <div className="column setup">
            <SetupPanel />
          </div>
        )}
        {tab === 'race' && (
          <div className="phone-race">
            <RacePanel enlarged={false} onEnlarge={undefined} />
            <FindingStrip />
          </div>
        )}
        {tab === 'landscape' && <LandscapePanel enlarged={false} onEnlarge={undefined} />}
        {tab === 'instruments' && <InstrumentPlace enlarged={false} onEnlarge={undefined} />}
        {tab === 'notes' && (
          <div className="column notes">
            <NotesPanel />
          </div>
        )}
      </main>
      <nav className="tabs" aria-label="Views">
        {TABS.map(({id, label, icon}) => (
          <button key={id} type="button" aria-current={tab === id ? 'page' : undefined} onClick={() => setTab(id)}>
            <Icon name={icon} size={20} />
            <span>{label}</span>
          </button>
        ))}
      </nav>
    </>
  );
}
