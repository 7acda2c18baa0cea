import type { Attachment } from 'svelte/attachments';

/** Shows a stream in a video element. */
export function showStream(stream: MediaStream | undefined): Attachment<HTMLVideoElement> {
  return (video) => {
    video.srcObject = stream ?? null;
    void video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  };
}

/**
 * Calls when something else is pressed, or Escape.
 * @param dismiss What to call.
 * @param within What counts as inside; the element itself when not given.
 */
export function dismissible(dismiss: () => void, within?: () => HTMLElement | null): Attachment<HTMLElement> {
  return (element) => {
    const onPointer = (event: PointerEvent) => {
      if (!event.composedPath().includes(within?.() ?? element)) dismiss();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      dismiss();
    };
    document.addEventListener('pointerdown', onPointer, true);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer, true);
      document.removeEventListener('keydown', onKey, true);
    };
  };
}

/** Follows the size of an element. */
export function watchSize(onSize: (width: number, height: number) => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new ResizeObserver(() => onSize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  };
}
