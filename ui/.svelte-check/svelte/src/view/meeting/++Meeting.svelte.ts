///<reference types="svelte" />
;
import { pageNow } from '../../connection/clock.ts';
import type { UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import ChatPanel from '../chat/ChatPanel.svelte';
import { usePage } from '../page.svelte.ts';
import CheckNumber from '../parts/CheckNumber.svelte';
import PeoplePanel from '../people/PeoplePanel.svelte';
import Stage from '../stage/Stage.svelte';
import ControlBar from './ControlBar.svelte';
import Invitation from './Invitation.svelte';
import LeaveDialog from './LeaveDialog.svelte';
import Requests from './Requests.svelte';
import TopBar from './TopBar.svelte';
;

  interface Props {
    agent: UiSnapshot;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  
  
  


  const { agent }: Props = $props();
  const page = usePage();
  const panel = $derived(page.snapshot.panel);
  const me = $derived(agent.participants.find((p) => p.isMe));
  const isHost = $derived(me?.role === 'host');
  const others = $derived(agent.participants.filter((p) => !p.isMe && p.presence === 'present').length);
  const isAlone = $derived(agent.participants.length <= 1);
  const isLost = $derived(agent.isReconnecting || page.snapshot.link === 'lost');
  let isLeaving = $state(false);
  let isInviting = $state(false);
  let comparedCheck = $state('');

  function leave(): void {
    if (isHost && others > 0) isLeaving = true;
    else page.application.leave();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isLeaving || isTyping(event.target)) return;
    switch (event.key.toLowerCase()) {
      case 'm':
        return page.application.toggle('microphone');
      case 'v':
        return page.application.toggle('camera');
      case 'c':
        event.preventDefault();
        return page.application.togglePanel('chat');
      case 'u':
        return page.application.togglePanel('people');
      case 'i':
        isInviting = !isInviting;
        return;
      case 'escape':
        return page.application.openPanel('none');
      default:
        return;
    }
  }

  function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
  }
;
async () => {

 { svelteHTML.createElement("svelte:window", {  "onkeydown":onKey,});}

 { svelteHTML.createElement("div", {   "class":`meeting`,});panel !== 'none';isLost;
   { const $$_raBpoT1C = __sveltets_2_ensureComponent(TopBar); new $$_raBpoT1C({ target: __sveltets_2_any(), props: { agent,}});}

   { svelteHTML.createElement("main", { "aria-label":t.meeting.label,});
     { const $$_egatS2C = __sveltets_2_ensureComponent(Stage); new $$_egatS2C({ target: __sveltets_2_any(), props: {  "participants":agent.participants,}});}
    if(isLost){
       { svelteHTML.createElement("p", {   "class":`banner`,"role":`status`,});t.meeting.reconnecting; }
    } else if (page.snapshot.media.isSoundBlocked){
       { svelteHTML.createElement("p", {   "class":`banner`,"role":`status`,});t.meeting.soundBlocked; }
    }
   }

   { const $$_raBlortnoC1C = __sveltets_2_ensureComponent(ControlBar); new $$_raBlortnoC1C({ target: __sveltets_2_any(), props: {        "unread":page.snapshot.unread,panel,isInviting,"oninvite":() => (isInviting = !isInviting),"onleave":leave,}});}

  if(panel === 'chat'){
     { const $$_lenaPtahC1C = __sveltets_2_ensureComponent(ChatPanel); new $$_lenaPtahC1C({ target: __sveltets_2_any(), props: { me,}});}
  } else if (panel === 'people'){
     { const $$_lenaPelpoeP1C = __sveltets_2_ensureComponent(PeoplePanel); new $$_lenaPelpoeP1C({ target: __sveltets_2_any(), props: {  agent,isHost,}});}
  }

   { svelteHTML.createElement("div", { "class":`corner`,});
    if(isHost && agent.requests.length > 0){
       { const $$_stseuqeR2C = __sveltets_2_ensureComponent(Requests); new $$_stseuqeR2C({ target: __sveltets_2_any(), props: {  "requests":agent.requests,}});}
    }
    if(agent.meeting !== null && agent.meeting.check !== null && comparedCheck !== agent.meeting.check){
      const check = agent.meeting.check;
       { svelteHTML.createElement("div", { "class":`floating`,}); { const $$_rebmuNkcehC3C = __sveltets_2_ensureComponent(CheckNumber); new $$_rebmuNkcehC3C({ target: __sveltets_2_any(), props: {   check,"onmatch":() => (comparedCheck = check),}});} }
    }
   }

  if(agent.meeting !== null && (isInviting || (isAlone && panel === 'none' && agent.requests.length === 0))){
     { const $$_noitativnI1C = __sveltets_2_ensureComponent(Invitation); new $$_noitativnI1C({ target: __sveltets_2_any(), props: {           "meeting":agent.meeting,"isInline":!isInviting,"title":agent.meeting.title,"onclose":() => (isInviting = false),"oncopied":() => page.application.notify(pageNow(), { key: 'copied' }),}});}
  }
 }

if(isLeaving){
   { const $$_golaiDevaeL0C = __sveltets_2_ensureComponent(LeaveDialog); new $$_golaiDevaeL0C({ target: __sveltets_2_any(), props: {        others,"onleave":() => page.application.leave(),"onend":() => page.application.endMeeting(),"onstay":() => (isLeaving = false),}});}
}


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Meeting__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Meeting__SvelteComponent_ = ReturnType<typeof Meeting__SvelteComponent_>;
/*Ωignore_endΩ*/export default Meeting__SvelteComponent_;