-- Wireshark dissector for the clear parts of Parley's UDP (docs/protocol/media.md, files.md): the RTP header with CSRCs and levels, the first
-- eight bytes and the index of SRTCP, and the header of the reliable stream. Payloads are encrypted and shown as lengths.
--
-- Use: wireshark -X lua_script:tools/parley.lua; then "Decode As" on a port other than 5001.

local DEFAULT_PORT = 5001
local TAG_LENGTH = 16
local INDEX_LENGTH = 4

local kinds = { [0] = "unknown", "STUN", "DTLS", "SRTP", "SRTCP", "Parley" }
local UNKNOWN, STUN, DTLS, SRTP, SRTCP, PARLEY = 0, 1, 2, 3, 4, 5

local payload_types = {
  [96] = "L16 48 kHz", [97] = "L16 16 kHz", [98] = "Opus", [99] = "RED",
  [104] = "JPEG", [105] = "H.264", [106] = "VP8", [107] = "VP9", [108] = "AV1",
}
local packet_types = {
  [200] = "Sender report", [201] = "Receiver report", [202] = "Source description", [203] = "Goodbye",
  [204] = "Application", [205] = "Transport feedback", [206] = "Payload feedback", [207] = "Extended report",
}

local stream_kinds = { [192] = "Data", [193] = "Acknowledgement", [194] = "Reset" }

local parley = Proto("parley", "Parley media")
local f = {
  kind = ProtoField.uint8("parley.kind", "Kind", base.DEC, kinds),
  version = ProtoField.uint8("parley.version", "Version", base.DEC, nil, 0xC0),
  padding = ProtoField.bool("parley.padding", "Padding", 8, nil, 0x20),
  extension = ProtoField.bool("parley.extension", "Extension", 8, nil, 0x10),
  csrc_count = ProtoField.uint8("parley.csrc_count", "CSRC count", base.DEC, nil, 0x0F),
  marker = ProtoField.bool("parley.marker", "Marker", 8, nil, 0x80),
  payload_type = ProtoField.uint8("parley.payload_type", "Payload type", base.DEC, payload_types, 0x7F),
  sequence = ProtoField.uint16("parley.sequence", "Sequence number", base.DEC),
  timestamp = ProtoField.uint32("parley.timestamp", "Timestamp", base.DEC),
  ssrc = ProtoField.uint32("parley.ssrc", "SSRC", base.HEX),
  csrc = ProtoField.uint32("parley.csrc", "CSRC", base.HEX),
  extension_bytes = ProtoField.bytes("parley.extension_bytes", "Header extension"),
  level = ProtoField.uint8("parley.level", "Level (-dBov)", base.DEC),
  count = ProtoField.uint8("parley.rtcp.count", "Count or format", base.DEC, nil, 0x1F),
  packet_type = ProtoField.uint8("parley.rtcp.packet_type", "First packet type", base.DEC, packet_types),
  words = ProtoField.uint16("parley.rtcp.words", "Words of the first packet that follow", base.DEC),
  stream_kind = ProtoField.uint8("parley.stream.kind", "Stream packet", base.DEC, stream_kinds),
  final = ProtoField.bool("parley.stream.final", "Final", 8, nil, 0x01),
  number = ProtoField.uint64("parley.stream.number", "Packet number", base.DEC),
  encrypted = ProtoField.bytes("parley.encrypted", "Encrypted"),
  tag = ProtoField.bytes("parley.tag", "Authentication tag"),
  e_bit = ProtoField.bool("parley.rtcp.encrypted", "Encrypted", 32, nil, 0x80000000),
  index = ProtoField.uint32("parley.rtcp.index", "SRTCP index", base.DEC, nil, 0x7FFFFFFF),
}
parley.fields = f

local truncated = ProtoExpert.new("parley.truncated", "Shorter than its headers say", expert.group.MALFORMED, expert.severity.ERROR)
parley.experts = { truncated }

-- The first-byte map of RFC 7983, with RFC 5761 for RTP and RTCP.
local function classify(buffer)
  local first = buffer(0, 1):uint()
  if first <= 3 then return STUN end
  if first >= 20 and first <= 63 then return DTLS end
  if first >= 192 and first <= 223 then return PARLEY end
  if first < 128 or first > 191 then return UNKNOWN end
  if buffer:len() > 1 then
    local second = buffer(1, 1):uint()
    if second >= 192 and second <= 223 then return SRTCP end
  end
  return SRTP
end

-- Levels of the CSRCs: one-byte header extension, id 1 (RFC 6465).
local function add_extension(buffer, tree, at, length, csrcs)
  local node = tree:add(f.extension_bytes, buffer(at, length))
  if length < 5 + csrcs or csrcs == 0 or buffer(at, 2):uint() ~= 0xBEDE then return end
  if buffer(at + 4, 1):uint() ~= 0x10 + csrcs - 1 then return end
  for i = 0, csrcs - 1 do node:add(f.level, buffer(at + 5 + i, 1)) end
end

local function dissect_rtp(buffer, info, tree)
  local length = buffer:len()
  if length < 12 + TAG_LENGTH then return false end
  tree:add(f.version, buffer(0, 1))
  tree:add(f.padding, buffer(0, 1))
  tree:add(f.extension, buffer(0, 1))
  tree:add(f.csrc_count, buffer(0, 1))
  tree:add(f.marker, buffer(1, 1))
  tree:add(f.payload_type, buffer(1, 1))
  tree:add(f.sequence, buffer(2, 2))
  tree:add(f.timestamp, buffer(4, 4))
  tree:add(f.ssrc, buffer(8, 4))

  local csrcs = buffer(0, 1):bitfield(4, 4)
  local at = 12
  if length < at + 4 * csrcs + TAG_LENGTH then return false end
  for _ = 1, csrcs do
    tree:add(f.csrc, buffer(at, 4))
    at = at + 4
  end
  if buffer(0, 1):bitfield(3, 1) == 1 then
    if length < at + 4 + TAG_LENGTH then return false end
    local extension = 4 + 4 * buffer(at + 2, 2):uint()
    if length < at + extension + TAG_LENGTH then return false end
    add_extension(buffer, tree, at, extension, csrcs)
    at = at + extension
  end
  local payload = length - at - TAG_LENGTH
  if payload > 0 then tree:add(f.encrypted, buffer(at, payload)) end
  tree:add(f.tag, buffer(length - TAG_LENGTH, TAG_LENGTH))

  local type = buffer(1, 1):bitfield(1, 7)
  info:append(string.format("%s  SSRC %08x  #%d  @%d  %d bytes%s", payload_types[type] or ("type " .. type), buffer(8, 4):uint(),
    buffer(2, 2):uint(), buffer(4, 4):uint(), payload, buffer(1, 1):bitfield(0, 1) == 1 and "  marker" or ""))
  return true
end

local function dissect_rtcp(buffer, info, tree)
  local length = buffer:len()
  if length < 8 + TAG_LENGTH + INDEX_LENGTH then return false end
  tree:add(f.version, buffer(0, 1))
  tree:add(f.padding, buffer(0, 1))
  tree:add(f.count, buffer(0, 1))
  tree:add(f.packet_type, buffer(1, 1))
  tree:add(f.words, buffer(2, 2))
  tree:add(f.ssrc, buffer(4, 4))
  local encrypted = length - 8 - TAG_LENGTH - INDEX_LENGTH
  if encrypted > 0 then tree:add(f.encrypted, buffer(8, encrypted)) end
  tree:add(f.tag, buffer(8 + encrypted, TAG_LENGTH))
  tree:add(f.e_bit, buffer(length - INDEX_LENGTH, INDEX_LENGTH))
  tree:add(f.index, buffer(length - INDEX_LENGTH, INDEX_LENGTH))

  local type = buffer(1, 1):uint()
  info:append(string.format("%s  SSRC %08x  index %d", packet_types[type] or ("type " .. type), buffer(4, 4):uint(),
    buffer(length - INDEX_LENGTH, INDEX_LENGTH):bitfield(1, 31)))
  return true
end

local function dissect_stream(buffer, info, tree)
  local length = buffer:len()
  if length < 16 + TAG_LENGTH then return false end
  tree:add(f.stream_kind, buffer(0, 1))
  tree:add(f.final, buffer(1, 1))
  tree:add(f.ssrc, buffer(4, 4))
  tree:add(f.number, buffer(8, 8))
  local encrypted = length - 16 - TAG_LENGTH
  if encrypted > 0 then tree:add(f.encrypted, buffer(16, encrypted)) end
  tree:add(f.tag, buffer(length - TAG_LENGTH, TAG_LENGTH))

  local kind = buffer(0, 1):uint()
  info:append(string.format("%s  SSRC %08x  #%s  %d bytes", stream_kinds[kind] or ("kind " .. kind), buffer(4, 4):uint(),
    tostring(buffer(8, 8):uint64()), encrypted))
  return true
end

function parley.dissector(buffer, pinfo, root)
  if buffer:len() == 0 then return 0 end
  local kind = classify(buffer)
  pinfo.cols.protocol = "Parley"
  pinfo.cols.info = kinds[kind] .. " "
  local tree = root:add(parley, buffer(), "Parley " .. kinds[kind])
  tree:add(f.kind, buffer(0, 1), kind)

  local is_whole = true
  if kind == SRTP then is_whole = dissect_rtp(buffer, pinfo.cols.info, tree) end
  if kind == SRTCP then is_whole = dissect_rtcp(buffer, pinfo.cols.info, tree) end
  if kind == PARLEY then is_whole = dissect_stream(buffer, pinfo.cols.info, tree) end
  if not is_whole then tree:add_proto_expert_info(truncated) end
  return buffer:len()
end

DissectorTable.get("udp.port"):add(DEFAULT_PORT, parley)
