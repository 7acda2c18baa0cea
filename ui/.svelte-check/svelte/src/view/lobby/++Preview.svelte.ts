///<reference types="svelte" />
;
import Mic from '@lucide/svelte/icons/mic';
import MicOff from '@lucide/svelte/icons/mic-off';
import Video from '@lucide/svelte/icons/video';
import VideoOff from '@lucide/svelte/icons/video-off';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Avatar from '../parts/Avatar.svelte';
import { showStream } from '../parts/attachments.ts';
import DeviceProblem from '../parts/DeviceProblem.svelte';
import DevicePickers from '../parts/DevicePickers.svelte';
;

  interface Props {
    name: string;
    hasPickers?: boolean;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  


  const { name, hasPickers = true }: Props = $props();
  const page = usePage();
  const media = $derived(page.snapshot.media);
  const isAsking = $derived(media.isAsking.camera || media.isAsking.microphone);
;
async () => {

 { svelteHTML.createElement("section", {   "class":`preview`,"aria-label":t.preview.label,});
   { svelteHTML.createElement("div", { "class":`picture`,});
    if(media.preview !== undefined){
       { svelteHTML.createElement("video", { "muted":true,"playsinline":true,[Symbol("@attach")]:showStream(media.preview),}); }
    }else{
       { svelteHTML.createElement("div", { "class":`off`,});
         { const $$_ratavA3C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA3C({ target: __sveltets_2_any(), props: {    "name":name === '' ? '?' : name,"size":`clamp(64px, 26cqw, 120px)`,}});}
         { svelteHTML.createElement("p", {});isAsking ? t.preview.asking : t.preview.cameraOff; }
       }
    }
     { svelteHTML.createElement("div", { "class":`toggles`,});
       { svelteHTML.createElement("button", {            "class":`toggle`,"aria-pressed":media.microphone === 'on',"aria-label":t.devices.microphone,"title":media.microphone === 'on' ? t.controls.mute : t.controls.unmute,"onclick":() => page.application.toggle('microphone'),});media.microphone !== 'on';
        if(media.microphone === 'on'){ { const $$_ciM4C = __sveltets_2_ensureComponent(Mic); new $$_ciM4C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}else{ { const $$_ffOciM4C = __sveltets_2_ensureComponent(MicOff); new $$_ffOciM4C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}
       }
       { svelteHTML.createElement("button", {            "class":`toggle`,"aria-pressed":media.camera === 'on',"aria-label":t.devices.camera,"title":media.camera === 'on' ? t.controls.cameraOff : t.controls.cameraOn,"onclick":() => page.application.toggle('camera'),});media.camera !== 'on';
        if(media.camera === 'on'){ { const $$_oediV4C = __sveltets_2_ensureComponent(Video); new $$_oediV4C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}else{ { const $$_ffOoediV4C = __sveltets_2_ensureComponent(VideoOff); new $$_ffOoediV4C({ target: __sveltets_2_any(), props: {    "size":20,"strokeWidth":1.75,}});}}
       }
     }
   }

   { const $$_melborPeciveD1C = __sveltets_2_ensureComponent(DeviceProblem); new $$_melborPeciveD1C({ target: __sveltets_2_any(), props: {}});}
  if(hasPickers){
     { const $$_srekciPeciveD1C = __sveltets_2_ensureComponent(DevicePickers); new $$_srekciPeciveD1C({ target: __sveltets_2_any(), props: {}});}
  }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Preview__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Preview__SvelteComponent_ = ReturnType<typeof Preview__SvelteComponent_>;
/*Ωignore_endΩ*/export default Preview__SvelteComponent_;