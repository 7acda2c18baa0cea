using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>Moves datagrams with the platform's synchronous calls, one per datagram, wherever the batched ones are missing.</summary>
/// <remarks>A wake-up is a datagram of one byte from a second socket of ours; the address it comes from tells it apart.</remarks>
public sealed class PortableDatagramSocket : IDatagramSocket
{
    /// <summary>One byte more than we read, so that a longer datagram is seen to be longer.</summary>
    private const int SlotBytes = Limits.MaxReceivedDatagram + 1;

    private const int WindowsIgnoreUnreachable = -1744830452; // SIO_UDP_CONNRESET
    private const int LinuxMtuDiscover = 10;
    private const int LinuxIPv6MtuDiscover = 23;
    private const int LinuxMtuDiscoverDo = 2;
    private const int MacDontFragment = 28;
    private const int MacIPv6DontFragment = 62;

    /// <summary>The platform takes microseconds in 32 bits.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);
    private static readonly byte[] WakeByte = [0];

    private readonly Socket _socket;
    private readonly Socket _wakeSocket;
    private readonly SocketAddress _wakeTarget;
    private readonly TransportAddress _wakeSource;
    private readonly AddressFamily _family;
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(IDatagramSocket.MaxBatch * SlotBytes, pinned: true);
    private readonly int[] _lengths = new int[IDatagramSocket.MaxBatch];
    private readonly TransportAddress[] _sources = new TransportAddress[IDatagramSocket.MaxBatch];
    private readonly SocketAddress _source;
    private readonly SocketAddress _target;
    private int _wakePending;

    /// <summary>Binds a socket; <see cref="DatagramSocketFactory"/> is the way to get one.</summary>
    public PortableDatagramSocket(IPAddress address, int port, DatagramSocketOptions options)
    {
        _family = address.AddressFamily;
        _socket = new Socket(_family, SocketType.Dgram, ProtocolType.Udp);
        _wakeSocket = new Socket(_family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) _socket.DualMode = IsDualStack = true;
            if (OperatingSystem.IsWindows()) _socket.IOControl(WindowsIgnoreUnreachable, [0, 0, 0, 0], null);
            NeverFragments = TryForbidFragments();
            ReceiveBufferBytes = AskForBuffer(SocketOptionName.ReceiveBuffer, options.BufferBytes);
            SendBufferBytes = AskForBuffer(SocketOptionName.SendBuffer, options.BufferBytes);
            _socket.Bind(new IPEndPoint(address, port));
            _socket.Blocking = false;
            var local = (IPEndPoint)_socket.LocalEndPoint!;
            LocalAddress = TransportAddress.From(local.Address, local.Port);

            var own = IsAny(address) ? Loopback : address;
            _wakeSocket.Bind(new IPEndPoint(own, 0));
            _wakeTarget = new IPEndPoint(own, local.Port).Serialize();
            _wakeSource = TransportAddress.From(own, ((IPEndPoint)_wakeSocket.LocalEndPoint!).Port);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            _wakeSocket.Dispose();
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new PortInUseException(port, "UDP", e);
            throw new IOException($"Cannot open UDP port {port} on {address}: {e.Message}.", e);
        }
        _source = new SocketAddress(_family);
        _target = new SocketAddress(_family);
    }

    /// <inheritdoc />
    public DatagramSocketKind Kind => DatagramSocketKind.Portable;

    /// <inheritdoc />
    public TransportAddress LocalAddress { get; }

    /// <inheritdoc />
    public bool IsDualStack { get; }

    /// <inheritdoc />
    public bool NeverFragments { get; }

    /// <inheritdoc />
    public bool SendsRuns => false;

    /// <inheritdoc />
    public int ReceiveBufferBytes { get; }

    /// <inheritdoc />
    public int SendBufferBytes { get; }

    /// <inheritdoc />
    public DatagramCounters Counters { get; } = new();

    private IPAddress Loopback => _family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;

    /// <inheritdoc />
    public bool Wait(TimeSpan timeout)
    {
        if (timeout > LongestWait) timeout = LongestWait;
        // Unix polls in milliseconds: rounding up is late by less than one, rounding down would spin.
        var milliseconds = timeout <= TimeSpan.Zero ? 0 : (long)Math.Ceiling(timeout.TotalMilliseconds);
        var isReadable = IsReadable((int)(milliseconds * 1000));
        // Not only when the byte is read: where the receive buffer was full the byte is lost, and the next wake-up must still be sent.
        Interlocked.Exchange(ref _wakePending, 0);
        return isReadable;
    }

    /// <inheritdoc />
    public int ReceiveBatch()
    {
        var count = 0;
        long bytes = 0;
        // Errors count as turns too: a socket that only fails may not hold the caller.
        for (var turn = 0; turn < IDatagramSocket.MaxBatch && IsReadable(0); turn++)
        {
            if (!TryReceive(count)) continue;
            bytes += Math.Max(0, _lengths[count]);
            count++;
        }
        if (count > 0) Counters.OnReceived(count, bytes);
        return count;
    }

    /// <inheritdoc />
    public Span<byte> Received(int index, out TransportAddress from)
    {
        from = _sources[index];
        return _lengths[index] > Limits.MaxReceivedDatagram ? default : _bytes.AsSpan(index * SlotBytes, _lengths[index]);
    }

    /// <inheritdoc />
    public void Send(DatagramQueue queue)
    {
        var isFull = false;
        foreach (ref readonly var run in queue.Runs)
        {
            if (isFull)
                Counters.OnSendBufferFull(run.Count);
            else if (!SocketNames.TryWrite(_target.Buffer.Span, _family, run.To))
                Counters.OnSendFailed(run.Count);
            else
                isFull = !SendRun(queue.Bytes(run), run);
        }
    }

    /// <inheritdoc />
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) != 0) return;
        try
        {
            lock (_wakeTarget) _wakeSocket.SendTo(WakeByte, SocketFlags.None, _wakeTarget);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A full receive buffer ends the wait by itself; a closed socket has no one waiting.
            Interlocked.Exchange(ref _wakePending, 0);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket.Dispose();
        _wakeSocket.Dispose();
    }

    private bool TryReceive(int slot)
    {
        try
        {
            _lengths[slot] = _socket.ReceiveFrom(_bytes.AsSpan(slot * SlotBytes, SlotBytes), SocketFlags.None, _source);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            _lengths[slot] = SlotBytes; // how Windows says "longer than the buffer"
        }
        catch (SocketException e)
        {
            if (e.SocketErrorCode != SocketError.WouldBlock) Counters.OnReceiveError();
            return false;
        }
        _sources[slot] = SocketNames.Read(_source.Buffer.Span, _family);
        if (_lengths[slot] > Limits.MaxReceivedDatagram) Counters.OnTruncated();
        if (_sources[slot] != _wakeSource) return true;
        // The byte may have come after the wait had ended; what it announced is seen by the caller, who looks at the queues next.
        Interlocked.Exchange(ref _wakePending, 0);
        return false;
    }

    /// <summary>Sends one run, datagram by datagram.</summary>
    /// <returns>False when the send buffer is full.</returns>
    private bool SendRun(ReadOnlySpan<byte> bytes, in DatagramRun run)
    {
        var left = run.Count;
        while (left > 0)
        {
            var size = Math.Min(run.SegmentSize, bytes.Length);
            try
            {
                Counters.OnSendCall();
                Counters.OnSent(1, _socket.SendTo(bytes[..size], SocketFlags.None, _target));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                Counters.OnSendBufferFull(left);
                return false;
            }
            catch (SocketException)
            {
                Counters.OnSendFailed(1);
            }
            bytes = bytes[size..];
            left--;
        }
        return true;
    }

    private bool IsReadable(int microseconds)
    {
        try
        {
            return _socket.Poll(microseconds, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            Counters.OnReceiveError();
            return false;
        }
    }

    private bool TryForbidFragments()
    {
        var v4 = TryForbid(AddressFamily.InterNetwork);
        return _family == AddressFamily.InterNetwork ? v4 : TryForbid(AddressFamily.InterNetworkV6) && (v4 || !IsDualStack);
    }

    private bool TryForbid(AddressFamily family)
    {
        var isV4 = family == AddressFamily.InterNetwork;
        try
        {
            if (OperatingSystem.IsLinux())
                SetRaw(isV4 ? 0 : 41, isV4 ? LinuxMtuDiscover : LinuxIPv6MtuDiscover, LinuxMtuDiscoverDo);
            else if (OperatingSystem.IsMacOS())
                SetRaw(isV4 ? 0 : 41, isV4 ? MacDontFragment : MacIPv6DontFragment, 1);
            else
                _socket.SetSocketOption(isV4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, SocketOptionName.DontFragment, true);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void SetRaw(int level, int option, int value) =>
        _socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private int AskForBuffer(SocketOptionName name, int bytes)
    {
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, name, bytes);
        }
        catch (SocketException)
        {
            // Some systems refuse more than their limit in place of giving the limit; what there is then stays.
        }
        return (int)_socket.GetSocketOption(SocketOptionLevel.Socket, name)!;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
