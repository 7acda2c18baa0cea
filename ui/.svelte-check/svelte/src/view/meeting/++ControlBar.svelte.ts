///<reference types="svelte" />
;
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Mic from '@lucide/svelte/icons/mic';
import MicOff from '@lucide/svelte/icons/mic-off';
import PhoneOff from '@lucide/svelte/icons/phone-off';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Users from '@lucide/svelte/icons/users';
import Video from '@lucide/svelte/icons/video';
import VideoOff from '@lucide/svelte/icons/video-off';
import type { Panel } from '../../state/application.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import MoreMenu from './MoreMenu.svelte';
;

  interface Props {
    unread: number;
    panel: Panel;
    isInviting: boolean;
    oninvite: () => void;
    onleave: () => void;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  
  
  


  const { unread, panel, isInviting, oninvite, onleave }: Props = $props();
  const page = usePage();
  const media = $derived(page.snapshot.media);
  const requests = $derived(page.snapshot.agent?.requests.length ?? 0);
  const isMutedSpeaking = $derived(media.microphone === 'off' && page.live.microphone > 0.55);
  let isMoreOpen = $state(false);
  let more: HTMLElement | undefined = $state();

  const hasTrouble = (state: string) => state === 'missing' || state === 'refused' || state === 'failed';
;
async () => {

 { svelteHTML.createElement("div", {     "class":`bar`,"role":`toolbar`,"aria-label":t.controls.label,});
   { svelteHTML.createElement("div", { "class":`slot`,});
    if(isMutedSpeaking){ { svelteHTML.createElement("span", {   "class":`hint`,"role":`status`,});t.controls.mutedSpeaking; }}
     { svelteHTML.createElement("button", {          "class":`control`,"aria-label":media.microphone === 'on' ? t.controls.mute : t.controls.unmute,"title":t.controls.withKey(media.microphone === 'on' ? t.controls.mute : t.controls.unmute, 'M'),"onclick":() => page.application.toggle('microphone'),});media.microphone !== 'on';
      if(media.microphone === 'on'){ { const $$_ciM3C = __sveltets_2_ensureComponent(Mic); new $$_ciM3C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}else{ { const $$_ffOciM3C = __sveltets_2_ensureComponent(MicOff); new $$_ffOciM3C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}
      if(hasTrouble(media.microphone)){ { svelteHTML.createElement("span", {   "class":`trouble`,"aria-hidden":`true`,});  }}
     }
   }
   { svelteHTML.createElement("button", {          "class":`control`,"aria-label":media.camera === 'on' ? t.controls.cameraOff : t.controls.cameraOn,"title":t.controls.withKey(media.camera === 'on' ? t.controls.cameraOff : t.controls.cameraOn, 'V'),"onclick":() => page.application.toggle('camera'),});media.camera !== 'on';
    if(media.camera === 'on'){ { const $$_oediV2C = __sveltets_2_ensureComponent(Video); new $$_oediV2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}else{ { const $$_ffOoediV2C = __sveltets_2_ensureComponent(VideoOff); new $$_ffOoediV2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}
    if(hasTrouble(media.camera)){ { svelteHTML.createElement("span", {   "class":`trouble`,"aria-hidden":`true`,});  }}
   }

   { svelteHTML.createElement("span", { "class":`gap`,}); }

   { svelteHTML.createElement("button", {            "class":`control`,"aria-expanded":panel === 'chat',"aria-label":unread > 0 ? `${t.controls.chat}, ${t.controls.unread(unread)}` : t.controls.chat,"title":t.controls.withKey(t.controls.chat, 'C'),"onclick":() => page.application.togglePanel('chat'),});panel === 'chat';
     { const $$_erauqSegasseM2C = __sveltets_2_ensureComponent(MessageSquare); new $$_erauqSegasseM2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}
    if(unread > 0){ { svelteHTML.createElement("span", {   "class":`badge numbers`,"aria-hidden":`true`,});unread > 99 ? '99+' : unread; }}
   }
   { svelteHTML.createElement("button", {            "class":`control`,"aria-expanded":panel === 'people',"aria-label":t.controls.people,"title":t.controls.withKey(t.controls.people, 'U'),"onclick":() => page.application.togglePanel('people'),});panel === 'people';
     { const $$_sresU2C = __sveltets_2_ensureComponent(Users); new $$_sresU2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}
    if(requests > 0){ { svelteHTML.createElement("span", {   "class":`badge numbers`,"aria-hidden":`true`,});requests; }}
   }
   { svelteHTML.createElement("button", {             "class":`control`,...__sveltets_2_empty({"data-invite":true}),"aria-expanded":isInviting,"aria-label":t.controls.invite,"title":t.controls.withKey(t.controls.invite, 'I'),"onclick":oninvite,});isInviting;
     { const $$_sulPresU2C = __sveltets_2_ensureComponent(UserPlus); new $$_sulPresU2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}
   }
   { const $$_div1 = svelteHTML.createElement("div", {  "class":`slot`,});more = $$_div1;
     { svelteHTML.createElement("button", {            "class":`control`,"aria-expanded":isMoreOpen,"aria-label":t.controls.more,"title":t.controls.settings,"onclick":() => (isMoreOpen = !isMoreOpen),});isMoreOpen;
       { const $$_sispillE3C = __sveltets_2_ensureComponent(Ellipsis); new $$_sispillE3C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}
     }
    if(isMoreOpen && more !== undefined){ { const $$_uneMeroM2C = __sveltets_2_ensureComponent(MoreMenu); new $$_uneMeroM2C({ target: __sveltets_2_any(), props: {    "within":more,"onclose":() => (isMoreOpen = false),}});}}
   }

   { svelteHTML.createElement("span", { "class":`gap`,}); }

   { svelteHTML.createElement("button", {       "class":`control leave`,"aria-label":t.controls.leave,"title":t.controls.leave,"onclick":onleave,});
     { const $$_ffOenohP2C = __sveltets_2_ensureComponent(PhoneOff); new $$_ffOenohP2C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const ControlBar__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type ControlBar__SvelteComponent_ = ReturnType<typeof ControlBar__SvelteComponent_>;
/*Ωignore_endΩ*/export default ControlBar__SvelteComponent_;