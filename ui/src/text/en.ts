import type { DeviceState, EndReason } from '../protocol/messages.g.ts';

const people = (count: number) => (count === 1 ? '1 other person' : `${count} other people`);

/** Every text of the page, in English. Another language is another object of the same shape. */
export const en = {
  product: 'Parley',

  lobby: {
    headline: 'Meet on your own network',
    lead: 'Voice, video and chat between your computers, encrypted. Nothing leaves this network.',
    name: 'Your name',
    namePlaceholder: 'What others will see',
    nameMissing: 'Enter your name first, so that the others know who you are.',
    start: 'Start a meeting',
    or: 'or join one',
    code: 'Code',
    codeDigit: (position: number) => `Digit ${position} of 6`,
    codeMissing: 'Enter the six digits of the code.',
    address: 'Address',
    addressPlaceholder: '192.168.1.20:5000',
    addressHelp: 'Both are on the host’s screen under Invite. A pasted invitation fills them in.',
    addressMissing: 'Enter the address that the host’s screen shows under Invite.',
    addressWrong: 'This does not look like an address. It has the form 192.168.1.20:5000.',
    linkPasted: 'From the pasted link',
    clearLink: 'Forget the link',
    join: 'Ask to join',
  },

  preview: {
    label: 'How others will see you',
    cameraOff: 'Your camera is off',
    asking: 'Allow the camera and microphone in the browser to be seen and heard',
    level: 'Microphone level',
  },

  devices: {
    microphone: 'Microphone',
    camera: 'Camera',
    speaker: 'Loudspeaker',
    unnamed: (kind: string, number: number) => `${kind} ${number}`,
    none: (kind: string) => `No ${kind.toLowerCase()}`,
    appearance: 'Appearance',
    appearances: { system: 'Appearance: as the system', light: 'Appearance: light', dark: 'Appearance: dark' },
    problem: {
      microphone: {
        missing: 'No microphone found. You can listen and write; plug one in to speak.',
        refused: 'The microphone is blocked. Allow it with the icon in the address bar, then press the microphone button.',
        failed: 'The microphone stopped. Check that it is plugged in and not used by another program, then press its button.',
      },
      camera: {
        missing: 'No camera found. You can join without; plug one in to be seen.',
        refused: 'The camera is blocked. Allow it with the icon in the address bar, then press the camera button.',
        failed: 'The camera stopped. Check that it is plugged in and not used by another program, then press its button.',
      },
    } satisfies Record<'microphone' | 'camera', Record<Exclude<DeviceState, 'on' | 'off'>, string>>,
  },

  controls: {
    label: 'Meeting controls',
    mute: 'Mute',
    unmute: 'Unmute',
    cameraOff: 'Turn camera off',
    cameraOn: 'Turn camera on',
    chat: 'Chat',
    unread: (count: number) => `${count} unread`,
    asking: (count: number) => `${count} asking to join`,
    people: 'People',
    invite: 'Invite',
    more: 'More',
    settings: 'Devices and appearance',
    leave: 'Leave',
    withKey: (text: string, key: string) => `${text} (${key})`,
    close: 'Close',
    mutedSpeaking: 'You are muted',
  },

  meeting: {
    label: 'Meeting',
    untitled: 'Meeting',
    of: (name: string) => `${name}’s meeting`,
    code: (code: string) => `Copy the code ${code}`,
    elapsed: (time: string) => `Running for ${time}`,
    reconnecting: 'Connection lost. Reconnecting; your place is kept.',
    soundBlocked: 'Click anywhere to hear the others',
    alone: 'Nobody else is here yet',
    aloneHelp: 'Invite people on this network: they run Parley and enter this code and address.',
    pages: (page: number, count: number) => `Page ${page} of ${count}`,
    nextPage: 'Next people',
    previousPage: 'Previous people',
    you: 'You',
    youSuffix: '(you)',
    recording: 'Recording',
  },

  tile: {
    host: 'Host',
    muted: 'Muted',
    away: 'Away',
    awayHelp: 'Lost connection, place kept',
    noCamera: 'Camera off',
  },

  network: {
    ping: (ms: number) => `${ms} ms`,
    loss: (percent: string) => `${percent} lost`,
    unknown: 'Measuring',
    title: (rtt: string, up: string, down: string, jitter: string) =>
      `Round trip to the server ${rtt}. Lost on the way: up ${up}, down ${down}. Jitter ${jitter}.`,
    state: { good: 'Good connection', fair: 'Fair connection', poor: 'Poor connection' },
  },

  check: {
    hostTitle: 'Compare this number with the host',
    hostHelp: 'This is your first contact with this server. Ask the host to read their number: if both are the same, nobody sits in between.',
    guestTitle: 'First time here. They see',
    meetingTitle: 'Check',
    done: 'It matches',
  },

  invite: {
    title: 'Invite people',
    help: 'On the same network: run Parley, then enter code and address, or paste the link.',
    code: 'Code',
    address: 'Address',
    otherAddresses: 'Other networks',
    link: 'Link',
    copy: 'Copy',
    copied: 'Copied',
    copyAll: 'Copy invitation',
    text: (title: string, code: string, address: string, link: string) =>
      `Join ${title} on Parley.\nCode ${code}\nAddress ${address}\nOr paste this link: ${link}`,
  },

  chat: {
    title: 'Chat',
    empty: 'No messages yet',
    emptyHelp: 'Everyone in the meeting sees what is written here.',
    placeholder: 'Write to everyone',
    send: 'Send',
    you: 'You',
    left: (count: number) => `${count} characters left`,
    newBelow: 'New messages',
    log: 'Messages',
  },

  people: {
    title: 'People',
    inMeeting: (count: number) => `In the meeting (${count})`,
    atDoor: (count: number) => `Asking to join (${count})`,
    makeHost: 'Make host',
    remove: 'Remove',
    actions: (name: string) => `Actions for ${name}`,
    removeSure: (name: string) => `Remove ${name} from the meeting?`,
    handOverSure: (name: string) => `Make ${name} the host? You stay in the meeting.`,
    cancel: 'Cancel',
    muted: 'Microphone off',
    unmuted: 'Microphone on',
    cameraOn: 'Camera on',
    cameraOff: 'Camera off',
  },

  requests: {
    label: 'Requests to join',
    asks: 'wants to join',
    admit: 'Admit',
    deny: 'Deny',
    admitNamed: (name: string) => `Admit ${name}`,
    denyNamed: (name: string) => `Deny ${name}`,
    admitAll: (count: number) => `Admit all (${count})`,
    more: (count: number) => `and ${count} more`,
  },

  leaving: {
    title: 'Leave the meeting?',
    others: (count: number) => `${people(count)} ${count === 1 ? 'is' : 'are'} still here.`,
    passOn: 'Leave',
    passOnHelp: 'The meeting goes on, and somebody else becomes its host.',
    endForAll: 'End for all',
    endHelp: 'The meeting closes for everyone.',
    stay: 'Stay',
  },

  waiting: {
    joining: 'Connecting',
    joiningHelp: (server: string) => `Looking for the meeting at ${server}`,
    waiting: 'Waiting for the host',
    waitingHelp: 'The host sees your name and will let you in.',
    meeting: (code: string) => `Meeting ${code}`,
    at: (server: string) => `at ${server}`,
    cancel: 'Cancel',
    since: 'Waiting for',
  },

  over: {
    tryAgain: 'Try again',
    askAgain: 'Ask again',
    rejoin: 'Rejoin',
    toLobby: 'Back to the start',
    anotherAddress: 'Enter an address',
    trust: 'I have checked, trust it',
    technical: 'Technical detail',
    retryIn: (seconds: number) => `Try again in ${seconds} s`,
  },

  problem: {
    none: { title: 'The meeting is over', sentence: 'Start another one or join with a code.' },
    left: { title: 'You left the meeting', sentence: 'You can come back as long as it goes on.' },
    cancelled: { title: 'You stopped waiting', sentence: 'Ask again whenever you like.' },
    wrongCode: { title: 'No meeting has this code', sentence: 'Compare the six digits with the host’s screen. A code ends with its meeting.' },
    rateLimited: { title: 'Too many tries', sentence: 'The server pauses attempts for a moment, to keep people from guessing codes.' },
    doorBusy: { title: 'Many people are waiting already', sentence: 'Try again when the host has let some of them in.' },
    full: { title: 'The meeting is full', sentence: 'Every place is taken. Try again when somebody has left.' },
    denied: { title: 'The host did not let you in', sentence: 'If you were expected, tell the host, then ask again.' },
    ended: { title: 'The meeting has ended', sentence: 'The host ended it, or nobody came back to it. Start another one or join with a new code.' },
    removed: { title: 'The host removed you', sentence: 'You can ask to join again; the host decides.' },
    serverStopped: { title: 'The server was stopped', sentence: 'The computer that ran the meeting closed it down. Ask its owner, then try again.' },
    unreachable: { title: 'That computer can’t be reached', sentence: 'It may be asleep or on another network, or a firewall closes its door. Check the address.' },
    keyChanged: {
      title: 'This server has a new identity',
      sentence: 'It is not the one you met before at this address. That is normal after a reinstallation; otherwise somebody may be posing as it. Ask the host before you go on.',
    },
    versionMismatch: { title: 'Different versions', sentence: 'The two computers run versions of Parley that do not understand each other. Update the older one.' },
    seatExpired: { title: 'The connection was lost for too long', sentence: 'Your place was kept for five minutes. Ask to join again.' },
    replaced: { title: 'You joined from elsewhere', sentence: 'Your place in the meeting was taken over by a newer connection.' },
    protocolError: { title: 'The server sent something unexpected', sentence: 'The connection was closed to be safe. Try again; if it happens again, update Parley on both computers.' },
    tooSlow: { title: 'The connection was too slow', sentence: 'This computer could not keep up and was disconnected. Try again, closer to the access point or with the camera off.' },
  } satisfies Record<EndReason, { readonly title: string; readonly sentence: string }>,

  link: {
    lost: { title: 'Parley is not running', sentence: 'This page lost its program on this computer. Start Parley again; the page reconnects by itself.' },
    refused: { title: 'Open Parley again', sentence: 'This page is not the one that Parley opened. Use the address that Parley prints when it starts.' },
    takenOver: { title: 'This meeting is open in another tab', sentence: 'Camera and microphone are used there.' },
    retry: 'Try again',
    useHere: 'Use it here',
    trying: 'Trying again by itself',
  },

  refused: {
    notHost: 'Only the host can do that.',
    gone: 'That person is no longer there.',
    tooLong: 'That is too long to send.',
    tooFast: 'That was too fast. Wait a moment and send it again.',
    notNow: 'That is not possible right now.',
    othersPresent: 'Others are still in a meeting that runs here.',
    unknown: 'That did not work. Try again.',
  },

  notices: {
    joined: (name: string) => `${name} joined`,
    left: (name: string) => `${name} left`,
    away: (name: string) => `${name} lost the connection`,
    back: (name: string) => `${name} is back`,
    nowHost: (name: string) => `${name} is now the host`,
    youAreHost: 'You are now the host',
    copied: 'Copied',
    asks: (name: string) => `${name} wants to join`,
  },
};

export type Texts = typeof en;
