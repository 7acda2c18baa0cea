using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Transport.Driving;
using static Parley.Net.LinuxNative;

namespace Parley.Net;

/// <summary>
/// The sending half of <see cref="LinuxDatagramSocket"/>: fills message headers from a queue's runs and hands them to sendmmsg. Where the
/// system takes runs (UDP_SEGMENT, decision 0013), a run is one entry; what it refuses in this form goes datagram by datagram.
/// </summary>
internal sealed unsafe class LinuxSender
{
    /// <summary>A route that refuses runs costs two calls for each; after so many without one that passed they are not tried any more.</summary>
    internal const int MaxRefusedInARow = 64;

    private static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(200);

    private readonly int _socket;
    private readonly AddressFamily _family;
    private readonly DatagramCounters _counters;
    private readonly Batch _runs;
    private readonly Batch _singles;
    private readonly SocketName* _names;
    private int _refusedInARow;

    /// <summary>Makes the sender of a socket; its headers live in <paramref name="memory"/>.</summary>
    internal LinuxSender(int socket, AddressFamily family, NativeBlock memory, DatagramCounters counters, bool sendsRuns)
    {
        _socket = socket;
        _family = family;
        _counters = counters;
        SendsRuns = sendsRuns;
        _names = memory.Allocate<SocketName>(MaxMessages);
        var nameLength = family == AddressFamily.InterNetwork ? SocketNames.IPv4Length : SocketNames.IPv6Length;
        _runs = new Batch(memory, MaxMessages, (uint)nameLength);
        _singles = new Batch(memory, DatagramQueue.MaxRunCount, (uint)nameLength);
    }

    /// <summary>Whether runs are handed over whole.</summary>
    internal bool SendsRuns { get; private set; }

    /// <summary>Sends all runs in order.</summary>
    internal void Send(DatagramQueue queue)
    {
        fixed (byte* buffer = queue.Buffer)
        {
            var names = 0;
            var handled = 0;
            _runs.Count = 0;
            foreach (ref readonly var run in queue.Runs)
            {
                if (!SocketNames.TryWrite(NameForNext(names), _family, run.To))
                {
                    _counters.OnSendFailed(run.Count);
                    handled += run.Count;
                    continue;
                }
                // What one entry carries: the whole run, or one datagram.
                var step = SendsRuns ? run.Length : run.SegmentSize;
                for (var offset = 0; offset < run.Length; offset += step)
                {
                    handled += _runs.Add(_names[names].Bytes, buffer + run.Offset + offset, Math.Min(step, run.Length - offset), run.SegmentSize);
                    if (_runs.Count < MaxMessages) continue;
                    if (!SendBatch(_runs))
                    {
                        _counters.OnSendBufferFull(CountOf(queue) - handled);
                        return;
                    }
                    _runs.Count = 0;
                    _names[0] = _names[names]; // for the rest of this run
                    names = 0;
                }
                if (_runs.Count > 0) names++;
            }
            if (_runs.Count > 0) SendBatch(_runs);
        }
    }

    /// <summary>Whether this machine's kernel cuts a run into its datagrams: two of them travel over loopback.</summary>
    internal static bool CanSendRuns()
    {
        using var memory = new NativeBlock();
        var socket = OpenSocket(AddressFamilyIPv4, SocketTypeDatagram | NonBlocking | CloseOnExec, 0);
        if (socket < 0) return false;
        try
        {
            var batch = new Batch(memory, 1, SocketNames.IPv4Length);
            var name = memory.Allocate<SocketName>(1);
            var bytes = memory.Allocate<byte>(4);
            uint length = SocketNames.IPv4Length;
            ushort family = AddressFamilyIPv4;
            var nameBytes = new Span<byte>(name->Bytes, SocketName.Size);
            MemoryMarshal.Write(nameBytes, in family);
            nameBytes[4] = 127;
            nameBytes[7] = 1;
            if (Bind(socket, name->Bytes, length) < 0 || GetName(socket, name->Bytes, &length) < 0) return false;

            // Two bytes, then one: the system must not send them as one datagram of three.
            batch.Add(name->Bytes, bytes, 3, 2);
            return SendMessages(socket, batch.Messages, 1, MessageDontWait | MessageNoSignal) == 1
                && ReadWithin(ProbePatience, socket, bytes, 4) == 2 && ReadWithin(ProbePatience, socket, bytes, 4) == 1;
        }
        finally
        {
            Close(socket);
        }
    }

    /// <summary>A busy kernel may deliver over loopback a moment later.</summary>
    private static nint ReadWithin(TimeSpan patience, int socket, byte* bytes, nuint length)
    {
        var poll = new PollEntry { Descriptor = socket, Events = PollIn };
        var time = new TimeSpec { Nanoseconds = (nint)(patience.Ticks * TimeSpan.NanosecondsPerTick) };
        return Poll(&poll, 1, &time, null) == 1 ? Read(socket, bytes, length) : 0;
    }

    private Span<byte> NameForNext(int index)
    {
        var name = new Span<byte>(_names[index].Bytes, SocketName.Size);
        var family = (ushort)(_family == AddressFamily.InterNetwork ? AddressFamilyIPv4 : AddressFamilyIPv6);
        MemoryMarshal.Write(name, in family);
        return name;
    }

    /// <summary>Sends the entries; the system stops at one that fails, which is counted and stepped over.</summary>
    /// <returns>False when the send buffer is full: what is left of the whole queue would meet the same.</returns>
    private bool SendBatch(Batch batch)
    {
        var next = 0;
        while (next < batch.Count)
        {
            _counters.OnSendCall();
            var sent = SendMessages(_socket, batch.Messages + next, (uint)(batch.Count - next), MessageDontWait | MessageNoSignal);
            if (sent > 0)
            {
                CountSent(batch, next, sent);
                next += sent;
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case ErrorInterrupted:
                    break;
                case ErrorAgain or ErrorNoBuffers:
                    _counters.OnSendBufferFull(batch.Datagrams(next, batch.Count));
                    return false;
                case ErrorInputOutput or ErrorInvalid or ErrorMessageSize when batch.Datagrams(next, next + 1) > 1:
                    // A path with a smaller MTU, a device that cannot checksum segments, a tunnel: each datagram on its own may pass.
                    if (!SendApart(batch, next))
                    {
                        _counters.OnSendBufferFull(batch.Datagrams(next + 1, batch.Count));
                        return false;
                    }
                    next++;
                    break;
                default:
                    _counters.OnSendFailed(batch.Datagrams(next, next + 1));
                    next++;
                    break;
            }
        }
        return true;
    }

    private bool SendApart(Batch batch, int index)
    {
        _counters.OnRunRefused();
        if (++_refusedInARow >= MaxRefusedInARow) SendsRuns = false;
        var vector = batch.Messages[index].Vectors;
        var size = batch.SegmentSize(index);
        _singles.Count = 0;
        for (var offset = 0; offset < (int)vector->Length; offset += size)
            _singles.Add(batch.Messages[index].Name, vector->Base + offset, Math.Min(size, (int)vector->Length - offset), size);
        return SendBatch(_singles);
    }

    private void CountSent(Batch batch, int first, int entries)
    {
        long bytes = 0;
        for (var i = first; i < first + entries; i++) bytes += batch.Messages[i].Length;
        var datagrams = batch.Datagrams(first, first + entries);
        _counters.OnSent(datagrams, bytes);
        if (datagrams > entries) _refusedInARow = 0;
    }

    private static int CountOf(DatagramQueue queue)
    {
        var count = 0;
        foreach (ref readonly var run in queue.Runs) count += run.Count;
        return count;
    }

    /// <summary>Message headers for one sendmmsg, each with its vector and its ancillary data.</summary>
    private sealed class Batch
    {
        private readonly IOVector* _vectors;
        private readonly SegmentControl* _controls;
        private readonly int* _datagrams;

        internal Batch(NativeBlock memory, int capacity, uint nameLength)
        {
            Messages = memory.Allocate<MultiMessage>(capacity);
            _vectors = memory.Allocate<IOVector>(capacity);
            _controls = memory.Allocate<SegmentControl>(capacity);
            _datagrams = memory.Allocate<int>(capacity);
            for (var i = 0; i < capacity; i++)
            {
                Messages[i].Vectors = &_vectors[i];
                Messages[i].VectorCount = 1;
                Messages[i].NameLength = nameLength;
                _controls[i] = SegmentControl.Empty;
            }
        }

        internal MultiMessage* Messages { get; }

        internal int Count { get; set; }

        /// <summary>Appends an entry of one datagram or several.</summary>
        /// <returns>How many datagrams it carries.</returns>
        internal int Add(byte* name, byte* bytes, int length, int segmentSize)
        {
            var i = Count++;
            _vectors[i].Base = bytes;
            _vectors[i].Length = (nuint)length;
            ref var message = ref Messages[i];
            message.Name = name;
            if (length <= segmentSize)
            {
                message.Control = null;
                message.ControlLength = 0;
                return _datagrams[i] = 1;
            }
            _controls[i].SegmentSize = (ushort)segmentSize;
            message.Control = &_controls[i];
            message.ControlLength = SegmentControl.Size;
            return _datagrams[i] = (length + segmentSize - 1) / segmentSize;
        }

        /// <summary>Bytes of each datagram of an entry with several.</summary>
        internal int SegmentSize(int index) => _controls[index].SegmentSize;

        /// <summary>How many datagrams the entries of a range carry.</summary>
        internal int Datagrams(int from, int to)
        {
            var sum = 0;
            for (var i = from; i < to; i++) sum += _datagrams[i];
            return sum;
        }
    }
}
