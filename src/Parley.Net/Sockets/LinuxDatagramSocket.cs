using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;
using static Parley.Net.LinuxNative;

namespace Parley.Net;

/// <summary>Moves datagrams with one recvmmsg and one sendmmsg per batch and waits in ppoll with the kernel's precision.</summary>
/// <remarks>
/// Message headers, names and receive buffers live in native memory, so nothing is pinned and the collector never sees them.
/// The layouts are those of 64-bit Linux; <see cref="IsSupported"/> says so.
/// </remarks>
public sealed unsafe class LinuxDatagramSocket : IDatagramSocket
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly AddressFamily _family;
    private readonly Lock _wakeGate = new();
    private readonly int _socket;
    private readonly int _wakeEvent;
    private readonly NativeBlock _memory;
    private readonly PollEntry* _polls;
    private readonly MultiMessage* _incoming;
    private readonly SocketName* _incomingNames;
    private readonly byte* _incomingBytes;
    private readonly LinuxSender _sender;
    private int _wakePending;
    private bool _isDisposed;

    /// <summary>Binds a socket; <see cref="DatagramSocketFactory"/> is the way to get one.</summary>
    public LinuxDatagramSocket(IPAddress address, int port, DatagramSocketOptions options)
    {
        _family = address.AddressFamily;
        _socket = Check(OpenSocket(NativeFamily, SocketTypeDatagram | NonBlocking | CloseOnExec, 0), "opening a UDP socket");
        _wakeEvent = -1;
        try
        {
            IsDualStack = _family == AddressFamily.InterNetworkV6 && address.Equals(IPAddress.IPv6Any) && TrySet(LevelIPv6, IPv6Only, 0);
            NeverFragments = TryForbidFragments();
            ReceiveBufferBytes = AskForBuffer(ReceiveBufferForce, ReceiveBuffer, options.BufferBytes);
            SendBufferBytes = AskForBuffer(SendBufferForce, SendBuffer, options.BufferBytes);
            LocalAddress = BindTo(address, port);
            _wakeEvent = Check(OpenEvent(0, NonBlocking | CloseOnExec), "opening an event");
        }
        catch
        {
            CloseDescriptors();
            throw;
        }

        _memory = new NativeBlock();
        _polls = _memory.Allocate<PollEntry>(2);
        _polls[0] = new PollEntry { Descriptor = _socket, Events = PollIn };
        _polls[1] = new PollEntry { Descriptor = _wakeEvent, Events = PollIn };

        _incoming = _memory.Allocate<MultiMessage>(IDatagramSocket.MaxBatch);
        _incomingNames = _memory.Allocate<SocketName>(IDatagramSocket.MaxBatch);
        _incomingBytes = _memory.Allocate<byte>(IDatagramSocket.MaxBatch * Limits.MaxReceivedDatagram);
        var incomingVectors = _memory.Allocate<IOVector>(IDatagramSocket.MaxBatch);
        for (var i = 0; i < IDatagramSocket.MaxBatch; i++)
        {
            incomingVectors[i].Base = _incomingBytes + (i * Limits.MaxReceivedDatagram);
            incomingVectors[i].Length = Limits.MaxReceivedDatagram;
            _incoming[i].Name = _incomingNames[i].Bytes;
            _incoming[i].Vectors = &incomingVectors[i];
            _incoming[i].VectorCount = 1;
        }

        _sender = new LinuxSender(_socket, _family, _memory, Counters, !options.SplitRuns && LinuxSender.CanSendRuns());
    }

    /// <summary>Whether this machine has the system calls and the layouts that this class is written for.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    /// <inheritdoc />
    public DatagramSocketKind Kind => DatagramSocketKind.Linux;

    /// <inheritdoc />
    public TransportAddress LocalAddress { get; }

    /// <inheritdoc />
    public bool IsDualStack { get; }

    /// <inheritdoc />
    public bool NeverFragments { get; }

    /// <inheritdoc />
    public bool SendsRuns => _sender.SendsRuns;

    /// <inheritdoc />
    public int ReceiveBufferBytes { get; }

    /// <inheritdoc />
    public int SendBufferBytes { get; }

    /// <inheritdoc />
    public DatagramCounters Counters { get; } = new();

    private int NativeFamily => _family == AddressFamily.InterNetwork ? AddressFamilyIPv4 : AddressFamilyIPv6;

    private uint NameLength => _family == AddressFamily.InterNetwork ? (uint)SocketNames.IPv4Length : SocketNames.IPv6Length;

    /// <inheritdoc />
    public bool Wait(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero) timeout = TimeSpan.Zero;
        if (timeout > LongestWait) timeout = LongestWait;
        var (seconds, ticks) = Math.DivRem(timeout.Ticks, TimeSpan.TicksPerSecond);
        var time = new TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)(ticks * TimeSpan.NanosecondsPerTick) };
        _polls[0].Returned = 0;
        _polls[1].Returned = 0;
        // An interrupted wait (a signal, a debugger) ends early, which is harmless: the caller looks at the clock.
        if (Poll(_polls, 2, &time, null) <= 0) return false;
        if (_polls[1].Returned != 0) ForgetWake();
        return _polls[0].Returned != 0;
    }

    /// <inheritdoc />
    public int ReceiveBatch()
    {
        // The kernel writes the length of each name, so it must be told the room anew.
        for (var i = 0; i < IDatagramSocket.MaxBatch; i++) _incoming[i].NameLength = SocketName.Size;
        var count = ReceiveMessages(_socket, _incoming, IDatagramSocket.MaxBatch, MessageDontWait, null);
        if (count < 0)
        {
            if (Marshal.GetLastPInvokeError() is not (ErrorAgain or ErrorInterrupted)) Counters.OnReceiveError();
            return 0;
        }
        long bytes = 0;
        for (var i = 0; i < count; i++)
        {
            bytes += _incoming[i].Length;
            if ((_incoming[i].Flags & MessageTruncated) != 0) Counters.OnTruncated();
        }
        Counters.OnReceived(count, bytes);
        return count;
    }

    /// <inheritdoc />
    public Span<byte> Received(int index, out TransportAddress from)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)IDatagramSocket.MaxBatch);
        from = SocketNames.Read(new ReadOnlySpan<byte>(_incomingNames[index].Bytes, SocketName.Size), _family);
        return (_incoming[index].Flags & MessageTruncated) != 0
            ? default
            : new Span<byte>(_incomingBytes + (index * Limits.MaxReceivedDatagram), (int)_incoming[index].Length);
    }

    /// <inheritdoc />
    public void Send(DatagramQueue queue) => _sender.Send(queue);

    /// <inheritdoc />
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) != 0) return;
        lock (_wakeGate)
        {
            if (_isDisposed) return;
            ulong one = 1;
            Write(_wakeEvent, &one, sizeof(ulong));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // A late Wake must not write into a descriptor that something else has been given.
        lock (_wakeGate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            CloseDescriptors();
        }
        _memory.Dispose();
    }

    private void ForgetWake()
    {
        ulong value;
        Read(_wakeEvent, &value, sizeof(ulong));
        // After the read: a Wake between the two finds the flag up, and its work is seen by the caller, who looks at the queues next.
        Interlocked.Exchange(ref _wakePending, 0);
    }

    private TransportAddress BindTo(IPAddress address, int port)
    {
        SocketName name = default;
        var length = NameLength;
        var family = (ushort)NativeFamily;
        var bytes = new Span<byte>(name.Bytes, SocketName.Size);
        MemoryMarshal.Write(bytes, in family);
        SocketNames.TryWrite(bytes, _family, TransportAddress.From(address, port));
        if (LinuxNative.Bind(_socket, name.Bytes, length) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == ErrorAddressInUse) throw new PortInUseException(port, "UDP");
            throw new IOException($"Cannot open UDP port {port} on {address}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        Check(GetName(_socket, name.Bytes, &length), "reading the socket's address");
        return SocketNames.Read(bytes, _family);
    }

    /// <summary>A dual-stack socket sends IPv4 too, so it needs the option of both levels.</summary>
    private bool TryForbidFragments()
    {
        var v4 = TrySet(LevelIP, IPMtuDiscover, MtuDiscoverDo);
        return _family == AddressFamily.InterNetwork ? v4 : TrySet(LevelIPv6, IPv6MtuDiscover, MtuDiscoverDo) && (v4 || !IsDualStack);
    }

    private int AskForBuffer(int forced, int asked, int bytes)
    {
        if (!TrySet(LevelSocket, forced, bytes)) TrySet(LevelSocket, asked, bytes);
        int got;
        uint length = sizeof(int);
        return GetOption(_socket, LevelSocket, asked, &got, &length) < 0 ? 0 : got;
    }

    /// <summary>Sets a socket option; a test makes the system refuse runs by one.</summary>
    internal bool TrySet(int level, int option, int value) => SetOption(_socket, level, option, &value, sizeof(int)) == 0;

    private void CloseDescriptors()
    {
        Close(_socket);
        if (_wakeEvent >= 0) Close(_wakeEvent);
    }

    private static int Check(int result, string doing)
    {
        if (result >= 0) return result;
        throw new IOException($"The system failed at {doing}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
