/**
 * A clock in the picture: 32 black or white cells, 24 bits of the wall clock's milliseconds and 8 bits of check. These functions run in pages:
 * they are handed over as text and may use nothing from outside themselves.
 */

/** What a page of the sender gets before its own scripts: the camera is a drawn picture with the clock in it. */
export function drawnCamera(): void {
  const [width, height, cells, rate] = [640, 360, 32, 15];
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('No canvas.');
  const draw = () => {
    const time = Math.floor(performance.timeOrigin + performance.now()) % 2 ** 24;
    const sway = 26 * Math.sin(time / 400);
    context.fillStyle = '#3b5a82';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#e2b896';
    context.beginPath();
    context.ellipse(width / 2 + sway, 150, 58, 74, 0, 0, 7);
    context.fill();
    const bits = [time >> 16, time >> 8, time, (time >> 16) ^ (time >> 8) ^ time ^ 0xa5].map((byte) => byte & 0xff);
    for (let i = 0; i < cells; i++) {
      context.fillStyle = (((bits[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1 ? '#fff' : '#000';
      context.fillRect((i * width) / cells, 300, width / cells, 40);
    }
  };
  setInterval(draw, 1_000 / rate);
  draw();
  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  const list = devices.enumerateDevices.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = wanted?.audio ? await ask({ audio: wanted.audio }) : new MediaStream();
    if (wanted?.video) canvas.captureStream(rate).getTracks().forEach((track) => stream.addTrack(track));
    return stream;
  };
  const drawn = { kind: 'videoinput', deviceId: 'drawn', groupId: '', label: 'Drawn', toJSON: () => ({}) } as MediaDeviceInfo;
  devices.enumerateDevices = async () => [...(await list()), drawn];
}

/** What a page of the receiver gets: `__glass.start()` notes when each picture is seen and how old it is; `__glass.stop()` gives the ages in ms. */
export function glass(): void {
  const [width, cells] = [640, 32];
  const paper = new OffscreenCanvas(width, 360).getContext('2d', { willReadFrequently: true, alpha: false });
  const watched = new WeakSet<HTMLVideoElement>();
  const last = new WeakMap<Element, number>();
  let ages: number[] = [];
  let unreadable = 0;
  let isRunning = false;
  const look = (element: HTMLCanvasElement | HTMLVideoElement, at: number) => {
    if (paper === null) return;
    paper.drawImage(element, 0, 0, width, 360);
    const { data } = paper.getImageData(0, 320, width, 1);
    let value = 0;
    for (let i = 0; i < cells; i++) value = value * 2 + ((data[Math.floor(((i + 0.5) * width) / cells) * 4] ?? 0) > 127 ? 1 : 0);
    const time = Math.floor(value / 256);
    if ((((time >> 16) ^ (time >> 8) ^ time ^ 0xa5) & 0xff) !== value % 256) {
      if (element.width > 0) unreadable++;
      return;
    }
    if (last.get(element) === time) return;
    last.set(element, time);
    const age = ((performance.timeOrigin + at) % 2 ** 24) - time;
    if (age > -1_000 && age < 5_000) ages.push(age);
  };
  const watch = (video: HTMLVideoElement) => {
    watched.add(video);
    const next = (_: number, frame: VideoFrameCallbackMetadata) => {
      if (isRunning) look(video, frame.presentationTime);
      if (video.isConnected) video.requestVideoFrameCallback(next);
      else watched.delete(video);
    };
    video.requestVideoFrameCallback(next);
  };
  const poll = () => {
    if (!isRunning) return;
    for (const element of document.querySelectorAll<HTMLCanvasElement | HTMLVideoElement>('canvas, video')) {
      if (element instanceof HTMLCanvasElement) look(element, performance.now());
      else if (!watched.has(element)) watch(element);
    }
    requestAnimationFrame(poll);
  };
  Object.assign(globalThis, {
    __glass: {
      start() {
        ages = [];
        unreadable = 0;
        isRunning = true;
        poll();
      },
      stop() {
        isRunning = false;
        return { ages, unreadable };
      },
    },
  });
}

declare global {
  // eslint-disable-next-line no-var
  var __glass: { start(): void; stop(): { ages: number[]; unreadable: number } };
}
