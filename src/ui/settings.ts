import {useLocalStorage} from '@mantine/hooks';
import {useEffect} from 'react';

/** What belongs to the reader and not to the experiment: kept on this machine, never in a link. */
export function useLargerType(): readonly [boolean, () => void] {
  const [larger, setLarger] = useLocalStorage({key: 'basin-larger-type', defaultValue: false, getInitialValueInEffect: false});
  useEffect(() => {
    document.documentElement.toggleAttribute('data-larger', larger);
  }, [larger]);
  return [larger, () => setLarger((was) => !was)];
}

export function useNotesOpen(): readonly [boolean, () => void] {
  const [open, setOpen] = useLocalStorage({
    key: 'basin-notes-open',
    defaultValue: window.innerWidth >= 1200,
    getInitialValueInEffect: false,
  });
  return [open, () => setOpen((was) => !was)];
}
