using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>What became of a packet that we sent.</summary>
/// <param name="SentAt">When it left, on our clock.</param>
/// <param name="ArrivedAt">When it came, on the receiver's clock, to 1/1024 s; only differences have meaning. Null: lost, or not known, or of a retransmission.</param>
/// <param name="Bytes">On the wire.</param>
/// <param name="IsLost">It did not arrive.</param>
/// <param name="Cluster">The probe that it was part of; 0 for none.</param>
internal readonly record struct PacketResult(Instant SentAt, Instant? ArrivedAt, int Bytes, bool IsLost, int Cluster);
