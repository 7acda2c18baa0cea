///<reference types="svelte" />
;
import Crown from '@lucide/svelte/icons/crown';
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import Mic from '@lucide/svelte/icons/mic';
import MicOff from '@lucide/svelte/icons/mic-off';
import Video from '@lucide/svelte/icons/video';
import VideoOff from '@lucide/svelte/icons/video-off';
import { formatCode } from '../../protocol/invitation.ts';
import type { UiParticipant, UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Avatar from '../parts/Avatar.svelte';
import SidePanel from '../parts/SidePanel.svelte';
;

  interface Props {
    agent: UiSnapshot;
    isHost: boolean;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  
  


  const { agent, isHost }: Props = $props();
  const page = usePage();
  let openFor = $state('');
  let sure: { readonly id: string; readonly what: 'remove' | 'makeHost' } | undefined = $state();

  function ask(id: string, what: 'remove' | 'makeHost'): void {
    sure = { id, what };
  }

  function close(): void {
    openFor = '';
    sure = undefined;
  }

  function act(participant: UiParticipant): void {
    if (sure?.what === 'remove') page.application.removeParticipant(participant.id);
    else page.application.handOverHost(participant.id);
    close();
  }
;
async () => {

 { const $$_lenaPediS0C = __sveltets_2_ensureComponent(SidePanel); new $$_lenaPediS0C({ target: __sveltets_2_any(), props: { children:() => { return __sveltets_2_any(0); },"title":t.people.title,}});
   { svelteHTML.createElement("div", { "class":`people scrolls`,});
    if(isHost && agent.requests.length > 0){
       { svelteHTML.createElement("h3", {});t.people.atDoor(agent.requests.length); }
       { svelteHTML.createElement("ul", {});
           for(let request of __sveltets_2_ensureArray(agent.requests)){request.id;
           { svelteHTML.createElement("li", {});
             { const $$_ratavA4C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA4C({ target: __sveltets_2_any(), props: {    "name":request.name,"size":`32px`,}});}
             { svelteHTML.createElement("p", { "class":`who`,});
               { svelteHTML.createElement("span", {     "class":`name`,"dir":`auto`,"title":request.name,});request.name; }
              if(request.check !== null){ { svelteHTML.createElement("span", { "class":`note numbers`,});t.check.meetingTitle; formatCode(request.check); }}
             }
             { svelteHTML.createElement("span", { "class":`answers`,});
               { svelteHTML.createElement("button", {     "class":`button small quiet`,"aria-label":t.requests.denyNamed(request.name),"onclick":() => page.application.deny(request.id),});
                t.requests.deny;
               }
               { svelteHTML.createElement("button", {     "class":`button small primary`,"aria-label":t.requests.admitNamed(request.name),"onclick":() => page.application.admit(request.id),});
                t.requests.admit;
               }
             }
           }
        }
       }
    }

     { svelteHTML.createElement("h3", {});t.people.inMeeting(agent.participants.length); }
     { svelteHTML.createElement("ul", {});
         for(let participant of __sveltets_2_ensureArray(agent.participants)){participant.id;
         { svelteHTML.createElement("li", { });participant.presence === 'away';
           { const $$_ratavA4C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA4C({ target: __sveltets_2_any(), props: {    "name":participant.name,"size":`32px`,}});}
           { svelteHTML.createElement("p", { "class":`who`,});
             { svelteHTML.createElement("span", {     "class":`name`,"dir":`auto`,"title":participant.name,});participant.name; }
            if(participant.isMe || participant.role === 'host' || participant.presence === 'away'){
               { svelteHTML.createElement("span", { "class":`note`,});
                if(participant.role === 'host'){ { const $$_nworC6C = __sveltets_2_ensureComponent(Crown); new $$_nworC6C({ target: __sveltets_2_any(), props: {      "size":13,"strokeWidth":2,"class":`icon`,}});}t.tile.host;}
                if(participant.isMe){ { svelteHTML.createElement("span", {});t.meeting.youSuffix; }}
                if(participant.presence === 'away'){ { svelteHTML.createElement("span", {});t.tile.away; }}
               }
            }
           }
           { svelteHTML.createElement("span", { "class":`devices`,});
             { svelteHTML.createElement("span", {   "title":participant.microphone === 'on' ? t.people.unmuted : t.people.muted,});participant.microphone !== 'on';
              if(participant.microphone === 'on'){ { const $$_ciM6C = __sveltets_2_ensureComponent(Mic); new $$_ciM6C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}}else{ { const $$_ffOciM6C = __sveltets_2_ensureComponent(MicOff); new $$_ffOciM6C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}}
               { svelteHTML.createElement("span", { "class":`unseen`,});participant.microphone === 'on' ? t.people.unmuted : t.people.muted; }
             }
             { svelteHTML.createElement("span", {   "title":participant.camera === 'on' ? t.people.cameraOn : t.people.cameraOff,});participant.camera !== 'on';
              if(participant.camera === 'on'){ { const $$_oediV6C = __sveltets_2_ensureComponent(Video); new $$_oediV6C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}}else{ { const $$_ffOoediV6C = __sveltets_2_ensureComponent(VideoOff); new $$_ffOoediV6C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}}
               { svelteHTML.createElement("span", { "class":`unseen`,});participant.camera === 'on' ? t.people.cameraOn : t.people.cameraOff; }
             }
            if(isHost && !participant.isMe){
               { svelteHTML.createElement("button", {         "class":`button quiet icon-only`,"aria-expanded":openFor === participant.id,"aria-label":t.people.actions(participant.name),"onclick":() => {
                  const isOpen = openFor === participant.id;
                  close();
                  openFor = isOpen ? '' : participant.id;
                },});
                 { const $$_sispillE6C = __sveltets_2_ensureComponent(Ellipsis); new $$_sispillE6C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}
               }
            }
           }
          if(openFor === participant.id){
             { svelteHTML.createElement("div", { "class":`actions`,});
              if(sure?.id === participant.id){
                 { svelteHTML.createElement("p", {});sure.what === 'remove' ? t.people.removeSure(participant.name) : t.people.handOverSure(participant.name); }
                 { svelteHTML.createElement("button", {   "class":`button small quiet`,"onclick":close,});t.people.cancel; }
                 { svelteHTML.createElement("button", {   "class":`button small ${sure.what === 'remove' ? 'danger' : 'primary'}`,"onclick":() => act(participant),});
                  sure.what === 'remove' ? t.people.remove : t.people.makeHost;
                 }
              }else{
                 { svelteHTML.createElement("button", {   "class":`button small`,"onclick":() => ask(participant.id, 'makeHost'),});t.people.makeHost; }
                 { svelteHTML.createElement("button", {   "class":`button small`,"onclick":() => ask(participant.id, 'remove'),});t.people.remove; }
              }
             }
          }
         }
      }
     }
   }
 SidePanel}


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const PeoplePanel__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type PeoplePanel__SvelteComponent_ = ReturnType<typeof PeoplePanel__SvelteComponent_>;
/*Ωignore_endΩ*/export default PeoplePanel__SvelteComponent_;